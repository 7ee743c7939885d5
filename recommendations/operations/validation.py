"""Cleans texts, and checks input field by field: a refusal names everything that is wrong."""

import unicodedata
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models

from recommendations.errors import Invalid

# No date before the probation service existed.
EARLIEST_YEAR = 1900
# Every other control character, NUL above all, is not text.
_ALLOWED_CONTROLS = "\n\t"
# Letters and symbols by their Unicode category, and yet invisible.
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"


def clean(text: str) -> tuple[str, list[str]]:
    """Return `text` as it is stored (Unicode NFC), and every problem with it in sentences.

    A text of invisible characters only (zero-width marks, fillers) is empty.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    problems = []
    if any(unicodedata.category(letter) == "Cs" for letter in text):
        problems.append("This text holds half of a character (a lone surrogate). Type it again.")
    unprintable = {c for c in text if unicodedata.category(c) == "Cc"} - set(_ALLOWED_CONTROLS)
    if unprintable:
        codes = ", ".join(f"U+{ord(c):04X}" for c in sorted(unprintable))
        problems.append(f"This text holds characters that cannot be printed ({codes}). Remove them.")
    if not problems and not any(_shows(letter) for letter in text):
        text = ""
    return text, problems


def _shows(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" and letter not in _FILLERS


class Draft:
    """Values on their way to a row of `model`; collects a sentence for every problem."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.values: dict[str, Any] = {}
        self.problems: dict[str, list[str]] = {}

    def refuse(self, field: str, sentence: str) -> None:
        self.problems.setdefault(field, []).append(sentence)

    def text(self, field: str, value: str, *, required: bool = True) -> str:
        """Clean a text, hold it to the column's length, and keep it."""
        value, problems = clean(value)
        for problem in problems:
            self.refuse(field, problem)
        if required and not value:
            self.refuse(field, "This may not be empty.")
        if isinstance(self.model._meta.get_field(field), models.CharField) and "\n" in value:
            self.refuse(field, "This may not run over several lines.")
        longest = getattr(self.model._meta.get_field(field), "max_length", None)
        if longest and len(value) > longest:
            self.refuse(field, f"This has {len(value)} characters; at most {longest} can be kept.")
        self.values[field] = value
        return value

    def address(self, field: str, value: str) -> None:
        """Keep the address of a page: http or https only."""
        scheme, colon, rest = self.text(field, value).partition(":")
        value = self.values[field] = f"{scheme.lower()}{colon}{rest}"
        try:
            URLValidator(schemes=["http", "https"])(value)
        except ValidationError:
            self.refuse(field, "This is not a web address: it begins with https:// or http://.")
            return
        if urlsplit(value).username is not None:
            self.refuse(field, "This address holds a name or password. Take them out: others will read it.")

    def choice(self, field: str, value: str, choices: type[models.TextChoices]) -> None:
        if value not in choices.values:
            known = ", ".join(choices.values)
            self.refuse(field, f"“{value}” is not known here. Known are: {known}.")
        self.values[field] = value

    def past_day(self, field: str, value: date, today: date, otherwise: str) -> None:
        """Keep a day that has come; `otherwise` says what to give instead of one to come."""
        if value > today:
            self.refuse(field, f"This day is still to come. {otherwise}")
        elif value.year < EARLIEST_YEAR:
            self.refuse(field, f"This day is in the year {value.year}. Check it.")
        self.values[field] = value

    def checked(self) -> dict[str, Any]:
        """The values; raises Invalid with every problem where there is one."""
        if self.problems:
            raise Invalid(self.problems)
        return self.values
