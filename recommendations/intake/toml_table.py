"""One table of a TOML file, read key by key, with every problem noted under the key's path."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recommendations.intake.problems import Problem

LARGEST_COUNT = 2_147_483_647
_LARGEST_VALUE = Decimal("9999999.99")
_SHOWN = 60
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SYNTAX_LINE = re.compile(r"at line ([0-9]+)")


@dataclass(frozen=True)
class Rule:
    """What a text must be: a test, and the words that say what it tests."""

    expected: str
    accepts: Callable[[str], bool]


def text_of(longest: int) -> Rule:
    """Any text of at most `longest` characters that is not blank."""
    return Rule(f"text of 1 to {longest} characters", lambda found: 0 < len(found.strip()) <= longest)


def text_like(pattern: str, expected: str) -> Rule:
    """Text that matches the whole of `pattern`."""
    return Rule(expected, lambda found: re.fullmatch(pattern, found) is not None)


def one_of(choices: Iterable[str]) -> Rule:
    """One of a closed list; a blank choice is shown as ""."""
    known = tuple(choices)
    return Rule(f"one of {', '.join(choice or '“”' for choice in known)}", lambda found: found in known)


class Table:
    """A table being read. What cannot be read is noted in `problems` and read as empty."""

    def __init__(self, content: dict[str, Any], path: str, problems: list[Problem]) -> None:
        self._content = content
        self._path = path
        self._problems = problems
        self._asked: set[str] = set()
        self._refused: set[str] = set()

    def path_of(self, key: str) -> str:
        """Where the key stands, such as `recommendations[1].number`, lists counted from 1."""
        return f"{self._path}.{key}" if self._path else key

    def refuse(self, key: str, message: str) -> None:
        """Note what is wrong with the value of `key`."""
        self._refused.add(key)
        self._problems.append(Problem(f"{self.path_of(key)}: {message}"))

    def has(self, key: str) -> bool:
        """Whether the file gives the key at all."""
        return key in self._content

    def is_sound(self, key: str) -> bool:
        """Whether nothing wrong was found with the key, so that it can be compared further."""
        return key not in self._refused

    def text(self, key: str, rule: Rule, *, default: str | None = None) -> str:
        """A text that keeps the rule; without a `default` it has to be there."""
        found = self._value(key, rule.expected, default)
        if self.has(key):
            self._keeps(key, found, rule)
        return found if isinstance(found, str) else ""

    def texts(self, key: str, rule: Rule) -> tuple[str, ...]:
        """A list of texts that keep the rule, none of them twice; empty if the key is absent."""
        found = self._value(key, "a list of texts", [])
        if not isinstance(found, list):
            self._unexpected(key, found, "a list of texts")
            return ()
        kept = tuple(item for item in found if self._keeps(key, item, rule))
        for repeated in sorted({item for item in kept if kept.count(item) > 1}):
            self.refuse(key, f"found {_shown(repeated)} more than once, expected once")
        return kept

    def whole(self, key: str, *, least: int = 0, most: int = 32_767) -> int:
        """A whole number that has to be there, between `least` and `most`."""
        return self.maybe_whole(key, least=least, most=most, required=True) or 0

    def maybe_whole(
        self, key: str, *, least: int = 0, most: int = LARGEST_COUNT, required: bool = False
    ) -> int | None:
        """A whole number between `least` and `most`, or None if the key is absent."""
        expected = f"a whole number from {least} to {most}"
        if not required and not self.has(key):
            self._asked.add(key)
            return None
        found = self._value(key, expected, None)
        if isinstance(found, int) and not isinstance(found, bool) and least <= found <= most:
            return found
        if found is not None:
            self._unexpected(key, found, expected)
        return None

    def maybe_number(self, key: str) -> Decimal | None:
        """A figure of at most two decimals, 0 or more, or None if the key is absent."""
        self._asked.add(key)
        found = self._content.get(key)
        if found is None:
            return None
        if isinstance(found, int | Decimal) and not isinstance(found, bool):
            figure = Decimal(found)
            if figure.is_finite() and 0 <= figure <= _LARGEST_VALUE and _has_cents(figure):
                return figure
        self._unexpected(key, found, f"a number from 0 to {_LARGEST_VALUE}, of two decimals")
        return None

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """true or false; without a `default` it has to be there."""
        found = self._value(key, "true or false", default)
        if found is not None and not isinstance(found, bool):
            self._unexpected(key, found, "true or false")
        return found is True

    def tables(self, key: str, *, required: bool = True) -> list["Table"]:
        """The tables of a list of tables, in order; at least one if `required`."""
        found = self._value(key, "at least one table", None if required else [])
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self._unexpected(key, found, f"tables, each headed [[{self._heading(key)}]]")
            return []
        if required and not found:
            self._unexpected(key, found, "at least one table")
        return [
            Table(item, f"{self.path_of(key)}[{place}]", self._problems)
            for place, item in enumerate(found, start=1)
        ]

    def close(self) -> None:
        """Refuse by name every key that nobody asked for."""
        known = ", ".join(sorted(self._asked))
        for key in self._content:
            if key not in self._asked:
                self.refuse(key, f"found an unknown key, expected one of {known}")

    def _heading(self, key: str) -> str:
        return re.sub(r"\[[0-9]+\]", "", self.path_of(key))

    def _value(self, key: str, expected: str, default: Any) -> Any:
        self._asked.add(key)
        if self.has(key):
            return self._content[key]
        if default is None:
            self.refuse(key, f"found nothing, expected {expected}")
        return default

    def _keeps(self, key: str, found: object, rule: Rule) -> bool:
        if isinstance(found, str) and _UNPRINTABLE.search(found):
            self._unexpected(key, found, "text without control characters")
        elif not isinstance(found, str) or not rule.accepts(found):
            self._unexpected(key, found, rule.expected)
        else:
            return True
        return False

    def _unexpected(self, key: str, found: object, expected: str) -> None:
        self.refuse(key, f"found {_shown(found)}, expected {expected}")


class Once:
    """Remembers where each value stood, and refuses one that comes again, whatever its case."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def note(self, table: Table, key: str, value: str | int) -> None:
        """Refuse `value` at `key` of `table` if it stood somewhere before."""
        same = " ".join(str(value).casefold().split())
        if same and same in self._seen:
            table.refuse(key, f"found {_shown(value)} again, expected it once (it is at {self._seen[same]})")
        self._seen.setdefault(same, table.path_of(key))


def parsed(text: str, problems: list[Problem]) -> Table | None:
    """The file as its outermost table, or None with a problem if it is not TOML."""
    try:
        return Table(tomllib.loads(text, parse_float=Decimal), "", problems)
    # Beyond its own error, tomllib lets through those of numbers too long and nesting too deep.
    except (ValueError, ArithmeticError, RecursionError) as fault:
        line = _SYNTAX_LINE.search(str(fault))
        message = f"found text that is not TOML ({fault}), expected a TOML file"
        problems.append(Problem(message, int(line[1]) if line else None))
        return None


def _has_cents(figure: Decimal) -> bool:
    return figure == figure.quantize(Decimal("0.01"))


def _shown(found: object) -> str:
    """A value as its writer would know it again, on one line and cut if long."""
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, dict):
        return "a table"
    if isinstance(found, list):
        return "a list" if found else "an empty list"
    words = " ".join(_UNPRINTABLE.sub("�", str(found)).split())
    words = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    return f"“{words}”" if isinstance(found, str) else words
