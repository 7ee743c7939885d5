"""Base classes of forms that carry out one operation and show its refusals."""

from typing import Any

from django import forms

from recommendations.errors import DomainError
from recommendations.models import Action, Recommendation


def ask_for_what_is_missing(fields: dict[str, forms.Field]) -> None:
    """Set the messages of required fields that are left empty."""
    for field in fields.values():
        field.error_messages["required"] = (
            "Choose one" if isinstance(field, forms.ChoiceField) else "Fill this in"
        )


class VersionRead(forms.IntegerField):
    """The version of the row that the person saw. It never counts as a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def tell(form: forms.BaseForm, refusal: DomainError) -> None:
    """Add every problem of a refusal to the form: to its field, or to the top if the form lacks the field."""
    problems = getattr(refusal, "problems", None)
    if not isinstance(problems, dict):
        problems = {None: [str(refusal)]}
    for field, sentences in problems.items():
        form.add_error(field if field in form.fields else None, sentences)


class PageForm(forms.Form):
    """The form of a page that carries out one operation."""

    # Should the operation run although a field is invalid, to list everything that is missing?
    tries_anyway = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_what_is_missing(self.fields)

    @property
    def version(self) -> int:
        """The version that the person saw, or 0, which no row has."""
        return self.cleaned_data.get("version_read") or 0

    def renew(self, version: int) -> None:
        """Put the version that the page now shows into the form that is shown again."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version_read"] = version  # type: ignore[index]


class VersionedForm(PageForm):
    version_read = VersionRead(required=False)


def about(subject: Recommendation | Action) -> dict[str, Any]:
    """The arguments of operations that take a recommendation and, if there is one, an action."""
    if isinstance(subject, Action):
        return {"recommendation": subject.recommendation, "action": subject}
    return {"recommendation": subject, "action": None}
