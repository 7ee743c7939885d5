"""Reading rows fast: parts say how they are read as Python expressions, which are compiled once a shape.

A call for each field of each row takes longer than the database (performance.md). What is compiled is
made of the names and numbers of our own shapes: nothing that comes from outside is in it.
"""

from collections.abc import Callable
from typing import Any


class Names:
    """The values that an expression speaks of, each under a name of its own."""

    def __init__(self) -> None:
        self.all: dict[str, Any] = {"__builtins__": {}}

    def give(self, value: Any) -> str:
        name = f"v{len(self.all)}"
        self.all[name] = value
        return name


def for_a_row(expression: str, names: Names) -> Callable[..., Any]:
    """A function of `row` and `told`."""
    return eval(f"lambda row, told: {expression}", names.all)  # noqa: S307  See above.


def for_rows(expression: str, names: Names) -> Callable[..., list[Any]]:
    """A function of `rows` and `told`: a list of what the expression makes of each row."""
    return eval(f"lambda rows, told: [{expression} for row in rows]", names.all)  # noqa: S307


def mapping(entries: list[tuple[str, str]]) -> str:
    """The expression of an object with these names and expressions."""
    return "{" + ", ".join(f"{name!r}: {expression}" for name, expression in entries) + "}"
