"""Errors of the domain. API, admin and pages each translate them in one place."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any


def legible(sentence: str) -> str:
    """Return `sentence` with “�” for control characters and lone surrogates, which XML refuses."""
    return "".join("\ufffd" if _is_unprintable(letter) else letter for letter in sentence)


def _is_unprintable(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cs", "Cc"} and letter not in "\n\t"


class DomainError(Exception):
    """Something the tracker refuses to do; `str()` is a sentence for a person."""


class ProblemsByField(DomainError):
    """Base of errors whose `problems` map each field to sentences."""

    def __init__(self, problems: Mapping[str, Iterable[str]]) -> None:
        self.problems = {field: [*map(legible, found)] for field, found in problems.items()}
        super().__init__(" ".join(s for sentences in self.problems.values() for s in sentences))


class Invalid(ProblemsByField):
    """Input that cannot be recorded."""


class StepRefused(ProblemsByField):
    """A step of the workflow whose conditions are not met."""


class Refused(DomainError):
    """A whole file or command is refused. `problems` holds a sentence for each fault."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = [*map(legible, problems)]
        super().__init__("\n".join(self.problems))


class NotPermitted(DomainError):
    """The person's roles do not allow this."""


class StaleVersion(DomainError):
    """Another write came first. `current` is the row as it is stored now."""

    def __init__(self, current: Any) -> None:
        self.current = current
        super().__init__(
            f"This {current._meta.verbose_name} was changed since you read it: it is now at version"
            f" {current.version}. Read it again and repeat your change."
        )
