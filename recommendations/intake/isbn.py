"""Reads the report's ISBN-13 and checks its last digit (ISO 2108)."""

import re
from collections.abc import Sequence

from recommendations.intake.lines import Line
from recommendations.intake.problems import Notes

_ISBN = re.compile(r"(?<![\d-])97[89](?:[ -]{0,3}\d){9}[ -]{0,3}\d(?![ -]?\d)")
_NAMED = re.compile(r"\bI?S?BN\b", re.IGNORECASE)
_GROUPS = 5


def read_isbn(lines: Sequence[Line], notes: Notes) -> str | None:
    """Return the ISBN with hyphens between its groups; refuse none or several and return None."""
    found: dict[str, tuple[str, int]] = {}
    for i, line in enumerate(lines):
        words = line.text
        if _NAMED.search(words) and not _ISBN.search(words) and i + 1 < len(lines):
            words = f"{words} {lines[i + 1].text}"
        for printed in _ISBN.findall(words[:2000]):
            found.setdefault("".join(re.findall(r"\d", printed)), (printed, line.number))
    named = next((line.number for line in lines if _NAMED.search(line.text[:2000])), 1)
    if len(found) != 1:
        words = " and ".join(printed for printed, _ in found.values()) or "none"
        notes.refuse(f"{words} found as the ISBN: expected one, of 13 digits", named)
        return None
    digits, (printed, number) = found.popitem()
    weighted = sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(digits[:12]))
    expected = str(-weighted % 10)
    if digits[12:] != expected:
        notes.refuse(f"the ISBN reads {printed}: expected {expected} as its last digit", number)
        return None
    groups = re.findall(r"\d+", printed)
    if len(groups) != _GROUPS:
        notes.warn(f"the ISBN reads {printed}: its five groups cannot be told apart", number)
        return digits
    return "-".join(groups)
