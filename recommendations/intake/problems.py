"""What is wrong with a file that was read, in words for the person who has to mend it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """What was found and what was expected, with the line of the file (1 is the first)."""

    message: str
    line: int | None = None

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


@dataclass
class Notes:
    """Collects every problem (the file is refused) and every warning (kept with the record)."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, message: str, line: int | None = None) -> None:
        """Note something that cannot be reconciled."""
        self.problems.append(Problem(message, line))

    def warn(self, message: str, line: int | None = None) -> None:
        """Note a difference that is shown and kept, and does not stop the reading."""
        self.warnings.append(Problem(message, line))
