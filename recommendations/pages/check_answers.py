"""The answers of a form in words, and a form that starts with those answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst

from recommendations.wording.dates import day

NOTHING = "Not given"


@dataclass(frozen=True)
class SummaryRow:
    """One question and the lines of its answer."""

    name: str
    question: str
    words: list[str]


def answers_of(form: forms.Form) -> list[SummaryRow]:
    """The answers of a validated form; an invalid answer counts as not given."""
    return [
        SummaryRow(
            name=field.name,
            question=str(capfirst(field.label)),
            words=_in_words(field.field, form.cleaned_data.get(field.name)) or [NOTHING],
        )
        for field in form
        if not field.is_hidden and field.name not in getattr(form, "unsaid", ())
    ]


def kept(fresh: Any, answered: forms.Form, *, start_with: str = "") -> Any:
    """The form `fresh` with the answers of `answered` and no errors; the field `start_with` has the focus."""
    fresh.initial = {
        name: field.widget.value_from_datadict(answered.data, {}, name)
        for name, field in fresh.fields.items()
    }
    if start_with in fresh.fields:
        fresh.fields[start_with].widget.attrs["autofocus"] = True
    return fresh


def _in_words(field: forms.Field, value: Any) -> list[str]:
    if isinstance(field, forms.ModelChoiceField) and (value or not field.required):
        return [str(field.label_from_instance(value) if value else field.empty_label)]
    if value in (None, "", []):
        return []
    if isinstance(field, forms.ChoiceField):
        labels = {str(code): str(label) for code, label in field.choices}  # type: ignore[misc, union-attr]
        return [labels[str(one)] for one in (value if isinstance(value, list) else [value])]
    if isinstance(value, date):
        return [day(value)]
    return [str(value)]
