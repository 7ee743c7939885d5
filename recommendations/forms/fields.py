"""Fields that forms of more than one face ask with."""

from typing import Any

from django import forms

from recommendations.wording.dates import person


class PersonField(forms.ModelChoiceField):
    """People by their names, as the forms offer them."""

    def label_from_instance(self, row: Any) -> str:
        return person(row)


class DefinedRadios(forms.RadioSelect):
    """Radios of which each may have a definition beneath it, in `definitions` by its code."""

    definitions: dict[str, str]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "help_text": getattr(self, "definitions", {}).get(str(value), "")}
