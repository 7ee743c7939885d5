"""Restores names of bodies that a copy has cut off, from other places in the report."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from recommendations.intake.lines import Line
from recommendations.intake.problems import Notes

_HEADER = re.compile(
    r"(?:\d{1,3} )?(?:A?n )?(?:i?n)?s?pection of [a-z -]{3,60}? services in ?:? ?"
    r"([A-Z].{2,120}?)(?: \d{1,3})?$"
)
_ADDRESSEE = re.compile(r"(.{3,120}?) should ?[:;]$", re.IGNORECASE)
_LONE_LETTER = re.compile(r"[B-HJ-Z] ")
# "The Mayor of London", "HMPPS Wales" and "Kent Police" are not London, Wales and Kent.
_ANOTHER_BODY = re.compile(
    r"\b(?:[Tt]he|[Oo]f|[Ii]n|[Ff]or|[Aa]t|[Aa]cross|[A-Z]{2,}|Services?|Police|Council|Office|Government)\b|-"
)


def header_bodies(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Yield the page headers that repeat the title, with the body that each names."""
    for line in lines:
        match = _HEADER.match(line.text[:260])
        if match and "Probation Service" not in match[1] and not match[1].endswith("."):
            yield line, match[1]


def cut_off(name: str) -> bool:
    """Whether a name lacks its first letters: it begins in lower case or with a single letter."""
    return not name[:1].isupper() or _LONE_LETTER.match(name) is not None


def fuller_addressees(name: str, lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Yield the headings '<body> should:' whose body ends with this name and has more before it.

    A body that only contains the name, like 'The Mayor of London', is another body.
    """
    for line in lines:
        match = _ADDRESSEE.match(line.text[:140])
        if match and match[1].lower().endswith(f" {name.lower()}"):
            added = match[1][: -len(name)].strip()
            if added[:1].isupper() and not _ANOTHER_BODY.search(added):
                yield line, match[1]


def whole_name(
    printed: str, lines: Sequence[Line], *, known: Iterable[str], what: str, line: int, notes: Notes
) -> str | None:
    """Return the printed name, or its longer form if a known name or the text shows that it was cut.

    Warns of the longer form, which must be the only one. Refuses a name that is cut off without one
    longer form, and returns None.
    """
    printed = printed.strip(" .,:;-")
    if printed.isupper() and " " in printed:
        printed = _in_mixed_case(printed, lines)
    longer = sorted(set(_longer_names(printed, lines, known)))
    if len(longer) == 1:
        notes.warn(f"{what} reads '{printed}': read as '{longer[0]}', its name elsewhere", line)
        return longer[0]
    if longer or cut_off(printed):
        forms = ", ".join(f"'{name}'" for name in longer) or "no longer form"
        notes.refuse(
            f"{what} reads '{printed}', which looks cut off: expected its whole name, "
            f"and found {forms} elsewhere",
            line,
        )
        return None
    return printed


def _longer_names(printed: str, lines: Sequence[Line], known: Iterable[str]) -> Iterator[str]:
    if cut_off(printed):
        whole = re.compile(rf"\b[A-Z][A-Za-z']{{0,20}}{re.escape(printed)}\b")
        if len(printed) > 2:
            yield from (name for line in lines for name in whole.findall(line.text))
        return
    for name in known:
        if name.lower().endswith(f" {printed.lower()}") and not cut_off(name):
            yield name


def _in_mixed_case(printed: str, lines: Sequence[Line]) -> str:
    """Return a name in capitals as the report most often spells it elsewhere, else unchanged."""
    spelt = re.compile(rf"\b{re.escape(printed)}\b", re.IGNORECASE)
    found = Counter(name for line in lines for name in spelt.findall(line.text))
    mixed = [name for name, _ in found.most_common() if not name.isupper()]
    return mixed[0] if mixed else printed
