"""Form fields of the admin and the pages."""

from typing import Any

from django import forms

from recommendations.wording.dates import person


class PersonField(forms.ModelChoiceField):
    """People by their names, as the forms offer them."""

    def label_from_instance(self, row: Any) -> str:
        return person(row)


class DefinedRadios(forms.RadioSelect):
    """Radio buttons with a definition under each one that has one: `definitions` by code."""

    definitions: dict[str, str]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "help_text": getattr(self, "definitions", {}).get(str(value), "")}
