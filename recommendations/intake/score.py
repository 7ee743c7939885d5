"""Reads the printed score: "6/27", "6 / 27" or "6 out of 27"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.framework import Method, RatingLevel
from recommendations.intake.lines import Line
from recommendations.intake.problems import Notes

_SCORE = re.compile(r"(?<![\d.])(\d{0,3}) ?(?:/|out of|of) ?(\d{1,3})(?![\d.])")
_SCORE_NAMED = re.compile(r"core\W{0,4}" + _SCORE.pattern, re.IGNORECASE)


@dataclass(frozen=True)
class Score:
    score: int
    out_of: int
    line: int


def read_score(lines: Sequence[Line], method: Method, notes: Notes) -> Score | None:
    """Return the score in the lines of the ratings; refuse none or several and return None."""
    text = " ".join(line.text[:400] for line in lines)
    matches = list(_SCORE_NAMED.finditer(text)) or list(_SCORE.finditer(text))
    printed = {(match[1], match[2]) for match in matches}
    scored = (line.number for line in lines if _SCORE.search(line.text[:400]))
    line = next(scored, lines[0].number)
    if len(printed) != 1:
        found = " and ".join(sorted(f"'{a}/{b}'" for a, b in printed)) or "none"
        notes.refuse(f"{found} found as the score: expected one, out of {method.maximum()}", line)
        return None
    score, out_of = printed.pop()
    if not score or int(out_of) != method.maximum() or int(score) > int(out_of):
        notes.refuse(
            f"the score reads '{score}/{out_of}': expected 0 to {method.maximum()} out of {method.maximum()}",
            line,
        )
        return None
    return Score(int(score), int(out_of), line)


def check_score(score: Score, ratings: Sequence[RatingLevel], notes: Notes) -> bool:
    """Return whether the standards' ratings add up to the printed score; refuse it otherwise."""
    scores = [rating.score for rating in ratings]
    if sum(scores) == score.score:
        return True
    notes.refuse(
        f"the score reads {score.score} and the ratings add up to "
        f"{' + '.join(map(str, scores))} = {sum(scores)}: expected the same",
        score.line,
    )
    return False
