"""Forms of rows, whose rules are those of the operations that they call."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.functional import cached_property

from recommendations import storage
from recommendations.errors import DomainError, StaleVersion
from recommendations.forms.base import VersionRead, ask_for_what_is_missing, tell
from recommendations.models import Evidence
from recommendations.operations.record import all_or_nothing
from recommendations.wording.changes import Write, writes_since


class Remark(forms.CharField):
    """Words about a change. They go with it, and are none themselves."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def received(request: HttpRequest) -> list[str]:
    """The keys of the files that operations stored in this request: to be removed if nothing comes of it."""
    return request.__dict__.setdefault("keys_of_received_files", [])


class OperationForm(forms.ModelForm):
    """A form whose rules are those of the operation that it calls: the same words, no second copy.

    To validate, the operation is carried out and undone; to save, it is carried out.
    """

    request: HttpRequest
    offered: dict[str, list[Any]]
    unchosen: ClassVar[dict[str, str]] = {}  # The label of the empty choice of a field.
    parent: Any = None  # The record under which the form stands, if it stands under one.
    version_read: forms.Field | None = VersionRead(required=False)
    stale: models.Model | None = None  # The row as it is now, if another write came first.
    writes: list[Write]  # What others wrote since the person read the row.
    saved: dict[str, Any]  # Where they did, what the fields hold now.

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version_read"] = getattr(self.instance, "version", None)
        self.writes = self._written_since()
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

    def _written_since(self) -> list[Write]:
        """The writes since the user read the row. `initial` is set to what the user read."""
        read = str(self.data.get(self.add_prefix("version_read"), ""))
        now = self.initial["version_read"]
        if not (self.is_bound and now and read.isdecimal() and 0 < int(read) < now):
            return []
        writes = writes_since(self.instance, int(read))
        self.saved = dict(self.initial)
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
            name for name in changed if self.fields[name].has_changed(self.saved.get(name), self[name].data)
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
        """Leave the row as it is: the model's constraints do not speak in words for people, operations do."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.has_changed():
            self._rehearse()
        return cleaned

    def _rehearse(self) -> None:
        if self.writes:
            # Told first: whatever else is wrong with it, the person decides with both before them.
            self.stale = self.instance
            tell(self, StaleVersion(self.instance))
            return
        before = len(received(self.request))
        try:
            # In one savepoint, without another inside: PostgreSQL lets go of a savepoint that was released
            # and then undone only with the whole transaction, and two forms deadlock.
            with all_or_nothing():
                self.note(self.operate())
                transaction.set_rollback(True)
        except StaleVersion as refusal:
            self.stale = refusal.current
            tell(self, refusal)
        except DomainError as refusal:
            tell(self, refusal)
        finally:
            self._forget_files(before)

    def note(self, row: Any) -> Any:
        """Remember the file that came with `row`, so that none stays behind what was undone."""
        if isinstance(row, Evidence) and row.file_key:
            received(self.request).append(row.file_key)
        return row

    def _forget_files(self, before: int) -> None:
        keys = received(self.request)
        while len(keys) > before:
            storage.remove(keys.pop())


def for_request(form: type[Any], request: HttpRequest, parent: Any = None) -> type[Any]:
    """The form for one request: it knows who asks, and offers its choices from one reading."""
    return type(form.__name__, (form,), {"request": request, "offered": {}, "parent": parent})
