"""What the domain refuses, and why. No HTTP here: each face translates these in one place."""

from collections.abc import Iterable, Mapping
from typing import Any


class DomainError(Exception):
    """Something the tracker refuses to do; `str()` is a sentence for a person."""


class Invalid(DomainError):
    """Input that cannot be recorded. `problems` holds, per field, every sentence of what is wrong."""

    def __init__(self, problems: Mapping[str, Iterable[str]]) -> None:
        self.problems = {field: list(sentences) for field, sentences in problems.items()}
        super().__init__(" ".join(s for sentences in self.problems.values() for s in sentences))


class Refused(DomainError):
    """A whole file or command is refused. `problems` are sentences, every one that was found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
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
