"""Forms of pages that carry out one operation, whose refusals they tell."""

from typing import Any

from django import forms

from recommendations.errors import DomainError
from recommendations.models import Action, Recommendation


def ask_for_what_is_missing(fields: dict[str, forms.Field]) -> None:
    """Have required fields that are left empty say what to do about it."""
    for field in fields.values():
        field.error_messages["required"] = (
            "Choose one" if isinstance(field, forms.ChoiceField) else "Fill this in"
        )


class VersionRead(forms.IntegerField):
    """The version that the person saw. It goes with a change, and is none itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def tell(form: forms.BaseForm, refusal: DomainError) -> None:
    """Have the form say all of a refusal: beside its field, or at the top where the form has none."""
    problems = getattr(refusal, "problems", None)
    if not isinstance(problems, dict):
        problems = {None: [str(refusal)]}
    for field, sentences in problems.items():
        form.add_error(field if field in form.fields else None, sentences)


class PageForm(forms.Form):
    """What a page asks before it carries out its one operation, whose words are those of its refusals."""

    # Is the operation tried with what is there, though a field is not right, to hear all that is missing?
    tries_anyway = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_what_is_missing(self.fields)

    @property
    def version(self) -> int:
        """The version that the person saw; none is one that never stands."""
        return self.cleaned_data.get("version_read") or 0

    def renew(self, version: int) -> None:
        """Let the form, shown again, carry the version that the page now shows."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version_read"] = version  # type: ignore[index]


class VersionedForm(PageForm):
    version_read = VersionRead(required=False)


def about(subject: Recommendation | Action) -> dict[str, Any]:
    """The recommendation and the action, or none, that the operations are to be given."""
    if isinstance(subject, Action):
        return {"recommendation": subject.recommendation, "action": subject}
    return {"recommendation": subject, "action": None}
