"""Forms whose rules are those of the operations that they call."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.http import HttpRequest

from recommendations.admin.site import ask_for_what_is_missing
from recommendations.errors import DomainError, Invalid


class VersionRead(forms.IntegerField):
    """The version that the person saw. It goes with a change, and is none itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class OperationForm(forms.ModelForm):
    """A form whose rules are those of the operation that it calls: the same words, no second copy.

    To validate, the operation is carried out and undone; to save, it is carried out.
    """

    request: HttpRequest
    offered: dict[str, list[Any]]
    unchosen: ClassVar[dict[str, str]] = {}  # Field name → the words for choosing nothing.
    parent: Any = None  # The record under which the form stands, if it stands under one.
    version_read: forms.Field | None = VersionRead(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version_read"] = getattr(self.instance, "version", None)
        ask_for_what_is_missing(self.fields)
        for name, any_field in self.fields.items():
            # Without the links to add, change or view what can be chosen: staff do none of it from here.
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
                    self.offered[name] = [*field.iterator(field)]
                field.choices = self.offered[name]
                self._keep_what_stands(name, field)

    def _keep_what_stands(self, name: str, field: forms.ModelChoiceField) -> None:
        """Offer the present value too, though this person could not choose it: saving must not wipe it."""
        held = getattr(self.instance, name, None) if self.instance.pk else None
        offered = {str(value) for value, _ in self.offered[name]}
        if isinstance(held, models.Model) and str(held.pk) not in offered:
            rows = type(held)._default_manager.filter(pk=held.pk)
            field.queryset = self.choices()[name] | rows
            field.choices = [*self.offered[name], (held.pk, field.label_from_instance(held))]

    def choices(self) -> dict[str, models.QuerySet]:
        """Field name → the rows that this person may choose."""
        return {}

    def operate(self) -> Any:
        """Carry the operation out and return the row."""
        raise NotImplementedError

    def hold(self) -> None:
        """Take, before the rehearsal, the lock that the operation will need."""

    def _post_clean(self) -> None:
        """Leave the row as it is: the model's constraints do not speak in words for people, operations do."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.has_changed():
            self._rehearse()
        return cleaned

    def _rehearse(self) -> None:
        # A lock taken inside the savepoint goes with it, and two who then wait for one another never end.
        self.hold()
        try:
            with transaction.atomic():
                self.operate()
                transaction.set_rollback(True)
        except Invalid as refusal:
            for field, sentences in refusal.problems.items():
                self.add_error(field if field in self.fields else None, sentences)
        except DomainError as refusal:
            self.add_error(None, str(refusal))


def for_request(form: type[Any], request: HttpRequest, parent: Any = None) -> type[Any]:
    """The form for one request: it knows who asks, and offers its choices from one reading."""
    return type(form.__name__, (form,), {"request": request, "offered": {}, "parent": parent})
