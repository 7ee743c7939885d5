"""Problems found in a file, in words for the person who corrects it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """A sentence on the value found and the value expected, with the line of the file (from 1)."""

    message: str
    line: int | None = None

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


@dataclass
class Notes:
    """Collects problems, which refuse the file, and warnings, which are kept with the record."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, message: str, line: int | None = None) -> None:
        """Add a problem."""
        self.problems.append(Problem(message, line))

    def warn(self, message: str, line: int | None = None) -> None:
        """Add a warning, which does not refuse the file."""
        self.warnings.append(Problem(message, line))
