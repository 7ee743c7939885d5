"""What the domain refuses, and why. No HTTP here: each face translates these in one place."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any


def legible(sentence: str) -> str:
    """The sentence as every face can show it: what it quotes may hold NUL or half a character."""
    return "".join("\ufffd" if _is_unprintable(letter) else letter for letter in sentence)


def _is_unprintable(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cs", "Cc"} and letter not in "\n\t"


class DomainError(Exception):
    """Something the tracker refuses to do; `str()` is a sentence for a person."""


class Invalid(DomainError):
    """Input that cannot be recorded. `problems` holds, per field, every sentence of what is wrong."""

    def __init__(self, problems: Mapping[str, Iterable[str]]) -> None:
        self.problems = {field: [*map(legible, found)] for field, found in problems.items()}
        super().__init__(" ".join(s for sentences in self.problems.values() for s in sentences))


class Refused(DomainError):
    """A whole file or command is refused. `problems` are sentences, every one that was found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = [*map(legible, problems)]
        super().__init__("\n".join(self.problems))


class NotPermitted(DomainError):
    """The person's roles do not reach this."""


class StaleVersion(DomainError):
    """Another write came first. `current` is the row as it stands now."""

    def __init__(self, current: Any) -> None:
        self.current = current
        super().__init__(
            f"This {current._meta.verbose_name} was changed since you read it: it is now at version"
            f" {current.version}. Read it again and repeat your change."
        )


class StepRefused(DomainError):
    """A step of the workflow is refused. `problems` holds everything that is missing, per field."""

    def __init__(self, problems: Mapping[str, Iterable[str]]) -> None:
        self.problems = {field: [*map(legible, found)] for field, found in problems.items()}
        super().__init__(" ".join(s for sentences in self.problems.values() for s in sentences))
