"""Model forms that carry out an operation while they are validated."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from recommendations import storage
from recommendations.errors import DomainError, StaleVersion
from recommendations.forms.base import VersionRead, ask_for_what_is_missing, tell
from recommendations.models import Evidence
from recommendations.wording.changes import Write, writes_since


class Remark(forms.CharField):
    """A remark about a change. It never counts as a change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def remove_received(request: HttpRequest) -> None:
    """Remove the files that operations of this request stored, because their rows are undone."""
    for key in request.__dict__.pop("keys_of_received_files", []):
        storage.remove(key)


class OperationForm(forms.ModelForm):
    """A form whose rules are those of the operation that it calls: the same words, no second copy.

    `clean` carries the operation out, within the transaction of `OperationAdmin`, and adds its refusal to
    the errors of the form.
    """

    request: HttpRequest
    offered: dict[str, list[Any]]
    unchosen: ClassVar[dict[str, str]] = {}  # The label of the empty choice of a field.
    parent: Any = None  # The record under which the form stands, if it stands under one.
    version_read: forms.Field | None = VersionRead(required=False)
    stale: models.Model | None = None  # The row as it is now, if another write came first.
    writes: list[Write]  # What others wrote since the person read the row.
    now: dict[str, Any]  # The current values of the fields, if others wrote.
    saved: models.Model  # The row that the operation returned.

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version_read"] = getattr(self.instance, "version", None)
        self.writes = self._written_since()
        ask_for_what_is_missing(self.fields)
        for name, any_field in self.fields.items():
            # Without the links to add, change or view a choice: staff do that elsewhere.
            if isinstance(any_field.widget, RelatedFieldWidgetWrapper):
                any_field.widget = any_field.widget.widget
            if isinstance(any_field, forms.ModelChoiceField) and any_field.empty_label is not None:
                any_field.empty_label = self.unchosen.get(name, "Choose one")
        for name, choices in self.choices().items():
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = choices
                # Read once for all rows of the screen, not once a row.
                if name not in self.offered:
                    self.offered[name] = _offered(field, choices)
                field.choices = self.offered[name]
                self._keep_what_stands(name, field)

    def _keep_what_stands(self, name: str, field: forms.ModelChoiceField) -> None:
        """Offer the current value too, even if this person could not choose it: saving must not remove it."""
        held = getattr(self.instance, name, None) if self.instance.pk else None
        offered = {str(value) for value, _ in self.offered[name]}
        if isinstance(held, models.Model) and str(held.pk) not in offered:
            rows = type(held)._default_manager.filter(pk=held.pk)
            field.queryset = self.choices()[name] | rows
            field.choices = [*self.offered[name], (held.pk, field.label_from_instance(held))]

    def _written_since(self) -> list[Write]:
        """The writes since the user read the row. `initial` is set to what the user read."""
        read = str(self.data.get(self.add_prefix("version_read"), ""))
        now = self.initial["version_read"]
        if not (self.is_bound and now and read.isdecimal() and 0 < int(read) < now):
            return []
        writes = writes_since(self.instance, int(read))
        self.now = dict(self.initial)
        for write in reversed(writes):
            self.initial = {**self.initial, **self.as_fields(write.before)}
        return writes

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that the person changed: neither as they saw them nor as they are saved now."""
        changed = super().changed_data
        if not self.writes:
            return changed
        return [
            name for name in changed if self.fields[name].has_changed(self.now.get(name), self[name].data)
        ]

    def as_fields(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns as the record keeps them → the fields of this form in which they are filled in."""
        return {}

    def choices(self) -> dict[str, models.QuerySet]:
        """Field name → the rows that this person may choose."""
        return {}

    def operate(self) -> Any:
        """Carry the operation out and return the row."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        """Do not validate the model: operations refuse in words for people, constraints do not."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.has_changed():
            self._carry_out()
        return cleaned

    def _carry_out(self) -> None:
        if self.writes:
            # Before any other refusal: the person decides when they have seen both.
            self.stale = self.instance
            tell(self, StaleVersion(self.instance))
            return
        try:
            self.saved = self.operate()
        except DomainError as refusal:
            if isinstance(refusal, StaleVersion):
                self.stale = refusal.current
            tell(self, refusal)
            return
        if isinstance(self.saved, Evidence) and self.saved.file_key:
            self.request.__dict__.setdefault("keys_of_received_files", []).append(self.saved.file_key)


def _offered(field: forms.ModelChoiceField, rows: models.QuerySet) -> list[Any]:
    """The choices of a field, as Django makes them; fields that offer the same queryset read it once."""
    nothing = [] if field.empty_label is None else [("", field.empty_label)]
    return [*nothing, *map(field.iterator(field).choice, rows)]


def for_request(form: type[Any], request: HttpRequest, parent: Any = None) -> type[Any]:
    """A subclass of the form for one request. Its forms share the choices that were read."""
    return type(form.__name__, (form,), {"request": request, "offered": {}, "parent": parent})
