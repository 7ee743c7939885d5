"""Reads a seed file (TOML) into pydantic models and names every fault by its key."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError, ValidationInfo

from recommendations.intake.problems import Problem

Model = TypeVar("Model", bound="SeedTable")
Value = TypeVar("Value", str, int)

_SHOWN = 60
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SYNTAX_LINE = re.compile(r"at line ([0-9]+)")
_MESSAGES = {  # By pydantic's type of error.
    "missing": "found nothing, expected a value: add this key",
    "extra_forbidden": "found an unknown key: remove it or correct its name",
    "bool_type": "found {found}, expected true or false",
    "int_type": "found {found}, expected a whole number",
    "string_type": "found {found}, expected text in quotation marks",
    "tuple_type": "found {found}, expected a list",
    "model_type": "found {found}, expected a table",
    "greater_than_equal": "found {found}, expected {ge} or more",
    "less_than_equal": "found {found}, expected {le} or less",
    "value_error": "found {found}, expected {error}",
}


class SeedTable(BaseModel):
    """One table of a seed file. It refuses keys that it does not declare."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass
class FileContext:
    """Values that were read earlier in the same file, for rules that compare tables."""

    earlier: dict[str, list[str | int]] = field(default_factory=lambda: defaultdict(list))
    parents: dict[str, object] = field(default_factory=dict)


def earlier_values(info: ValidationInfo, group: str) -> list[str | int]:
    """The values of `group` so far in this file; empty for a model that no file is read into."""
    return info.context.earlier[group] if info.context else []


def refuse_repeated(value: Value, info: ValidationInfo, *, group: str) -> Value:
    """Return `value`, or refuse it if `group` already has it in this file, in any case and spacing."""
    key = " ".join(str(value).casefold().split())
    earlier = earlier_values(info, group)
    if key in earlier:
        raise ValueError("it once: the file has it already")
    earlier.append(key)
    return value


def unique(group: str) -> AfterValidator:
    """For a value that a file may give once in `group`."""

    def check(value: Value, info: ValidationInfo) -> Value:
        return refuse_repeated(value, info, group=group)

    return AfterValidator(check)


def text_of(longest: int, *, least: int = 1) -> AfterValidator:
    """For text of at most `longest` characters that is not blank; with `least=0` it may be empty."""
    pattern = rf"(?s)(?=.{{1,{longest}}}\Z).*\S.*"
    return text_like(pattern if least else f"{pattern}|", f"text of {least} to {longest} characters")


def _not_empty(tables: tuple[Model, ...]) -> tuple[Model, ...]:
    if not tables:
        raise ValueError("at least one table")
    return tables


def refuse_twice(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return `values`; refuse a list that holds one of them twice."""
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise ValueError(f"{', '.join(twice)} once")
    return values


def text_like(pattern: str, expected: str) -> AfterValidator:
    """For text that matches the whole of `pattern`, which `expected` says in words."""

    def check(text: str) -> str:
        if _UNPRINTABLE.search(text):
            raise ValueError("text without control characters")
        if not re.fullmatch(pattern, text):
            raise ValueError(expected)
        return text

    return AfterValidator(check)


def one_of(*choices: str) -> AfterValidator:
    """For a text of a closed list, which may hold the empty text."""
    return text_like("|".join(choices), f"one of {', '.join(choice or '“”' for choice in choices)}")


AtLeastOne = AfterValidator(_not_empty)  # `min_length` does not count tables that are faulty.
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict(), Field(ge=0, le=32_767)]
Name = Annotated[str, text_of(200)]
Prose = Annotated[str, text_of(5000)]
Note = Annotated[str, text_of(5000, least=0)]
StandardNumber = Annotated[str, text_like(r"[1-9]\.[1-9][0-9]?", "a standard number like 2.2")]
QuestionNumber = Annotated[str, text_like(r"[1-9]\.[1-9][0-9]?\.[1-9]", "a key question number like 2.2.3")]
Slug = Annotated[
    str,
    text_like(
        r"(?=.{1,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*",
        "a slug of up to 80 small letters, figures and hyphens",
    ),
]


def read_seed_file(text: str, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """The TOML file `text` as `model`, or None and every problem."""
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    # Beyond its own error, tomllib lets through those of numbers too long and nesting too deep.
    except (ValueError, ArithmeticError, RecursionError) as fault:
        line = _SYNTAX_LINE.search(str(fault))
        message = f"found text that is not TOML ({fault}), expected a TOML file"
        return None, (Problem(message, int(line[1]) if line else None),)
    try:
        return model.model_validate(content, context=FileContext()), ()
    except ValidationError as fault:
        return None, tuple(_problems(fault))


def _problems(fault: ValidationError) -> Iterator[Problem]:
    for error in fault.errors(include_url=False):
        path = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
        message = _MESSAGES.get(error["type"], f"found {{found}}: {error['msg']}")
        words = message.format(found=_shown(error["input"]), **error.get("ctx", {}))
        yield Problem(f"{path[1:]}: {words}")


def _shown(found: object) -> str:
    """Return the value on one line, cut if long."""
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, dict):
        return "a table"
    if isinstance(found, list | tuple):
        return f"a list of {len(found)}" if found else "an empty list"
    if isinstance(found, int) and abs(found) > 10**_SHOWN:
        return "a number that is too long"  # Python refuses to write out some of them.
    words = " ".join(_UNPRINTABLE.sub("�", str(found)).split())
    words = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    return f"“{words}”" if isinstance(found, str) else words
