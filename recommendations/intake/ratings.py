"""Reads the ratings table: the rating of each standard, the score and the overall rating."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from recommendations.framework import Method, RatingLevel, StandardDefinition
from recommendations.intake.lines import Line, letters
from recommendations.intake.printed_dates import MONTH, month_number
from recommendations.intake.problems import Notes
from recommendations.intake.prose import Vocabulary, running_text
from recommendations.intake.score import Score, check_score, read_score

_NUMBER = re.compile(r"[|\s]*(\d?\.\d{1,2}|\d)\.?(?![\d/%])")
_ANY_NUMBER = re.compile(r"(?<![\d./])\d\.\d{1,2}(?![\d%])")
_STARTED = re.compile(rf"started:? ({MONTH}) (\d{{4}})")
_EARLIER = re.compile(
    r"\b(?:previous(?:ly)?|last inspect(?:ed|ion)|earlier|former(?:ly)?|predecessor|in 20\d\d)\b",
    re.IGNORECASE,
)
_MOST_TABLE_LINES = 300
_ROW_LINES = 5
_LEAST_CUT = 3
_OVERALL = "Overall rating"


@dataclass(frozen=True)
class AwardedRating:
    """A rating in the table, and its line."""

    rating: RatingLevel
    line: int


@dataclass(frozen=True)
class RatingsTable:
    """The legible facts of the table."""

    standards: dict[str, AwardedRating]
    overall: AwardedRating | None
    score: Score | None
    started: tuple[date, int] | None


def read_ratings(lines: Sequence[Line], method: Method, notes: Notes) -> RatingsTable:
    """Read the table; refuse every standard without exactly one known rating."""
    if len(lines) > _MOST_TABLE_LINES:
        notes.refuse(
            f"the ratings run over {len(lines)} lines: expected at most {_MOST_TABLE_LINES}, and a "
            "heading 'Recommendations' after them",
            lines[0].number,
        )
    if not 0 < len(lines) <= _MOST_TABLE_LINES:
        return RatingsTable({}, None, None, None)
    names = {s.number: s.name for s in method.standards if s.rated} | {"": _OVERALL}
    found = _awarded(lines, names, method, notes)
    for number, name in names.items():
        if number not in found:
            _missing(number, name, lines, method, notes)
    return RatingsTable(
        {number: awarded for number, awarded in found.items() if number},
        found.get(""),
        read_score(lines, method, notes),
        _started(lines),
    )


def _awarded(
    lines: Sequence[Line], names: dict[str, str], method: Method, notes: Notes
) -> dict[str, AwardedRating]:
    found: dict[str, AwardedRating] = {}
    for number, awarded in _rows(lines, names, method, notes):
        before = found.setdefault(number, awarded)
        if before.rating != awarded.rating:
            notes.refuse(
                f"{_label(number, names[number])} is rated '{awarded.rating.name}' here and "
                f"'{before.rating.name}' on line {before.line}: expected one rating",
                awarded.line,
            )
    return found


def _label(number: str, name: str) -> str:
    return f"standard {number} {name}" if number else "the overall rating"


def _rows(
    lines: Sequence[Line], names: dict[str, str], method: Method, notes: Notes
) -> Iterator[tuple[str, AwardedRating]]:
    """Yield the number of each standard in the table, "" for the overall rating, with its rating."""
    i = 0
    while i < len(lines):
        span, row = _row_at(lines, i, names, method, notes)
        if row:
            yield row
        i += span


def _row_at(
    lines: Sequence[Line], i: int, names: dict[str, str], method: Method, notes: Notes
) -> tuple[int, tuple[str, AwardedRating] | None]:
    """Return the number of lines of the row that begins at line `i`, and the row."""
    for span in range(1, _ROW_LINES + 1):
        part = lines[i : i + span]
        if len(part) < span or (span > 1 and _matches(part[-1:], names, method)):
            break
        fits = _matches(part, names, method)
        if len(fits) == 1:
            number, rating = fits.pop()
            return span, (number, AwardedRating(rating, part[0].number))
        if fits:
            labels = " or ".join(sorted(_label(number, names[number]) for number, _ in fits))
            notes.refuse(
                f"'{_words(part)}' may be {labels}: expected a row that is only one of them",
                part[0].number,
            )
            return span, None
    return 1, None


def _words(part: Sequence[Line]) -> str:
    return " ".join(line.text.replace("|", " ") for line in part)[:300]


def _matches(part: Sequence[Line], names: dict[str, str], method: Method) -> set[tuple[str, RatingLevel]]:
    """Return every standard and rating that match the row's letters and number.

    Letters are compared from the end, without cells and spaces, because a copy may cut off beginnings. A
    cut leaves a lower-case start: 'adequate' was cut off, 'Adequate' is another word. A row that has a
    whole name is not taken for a cut-off name.
    """
    words = _words(part)
    if len(words) >= 200 or len(set(_ANY_NUMBER.findall(words))) > 1:
        return set()
    match = _NUMBER.match(words)
    printed = match[1] if match else ""
    fits = {
        (number, rating, len(letters(name)) - len(rest) + cut)
        for rating in method.ratings
        for cut, rest in _before_rating(words, letters(rating.name))
        for number, name in names.items()
        if _same_standard(printed, rest, number, letters(name))
    }
    least = min((cut for _, _, cut in fits), default=0)
    return {(number, rating) for number, rating, cut in fits if cut == least or least > 0}


def _before_rating(words: str, rating: str) -> Iterator[tuple[int, str]]:
    """Yield the letters before a rating at the row's end, for each possible cut of the rating."""
    cased = "".join(re.findall(r"[A-Za-z]+", words))
    row = cased.lower()
    for cut in range(len(rating) - _LEAST_CUT + 1):
        at = len(row) - len(rating) + cut
        if at >= 0 and row.endswith(rating[cut:]) and (not cut or cased[at].islower()):
            yield cut, row[:at]


def _same_standard(printed: str, rest: str, number: str, name: str) -> bool:
    if printed and not (number and number.endswith(printed)):
        return False
    if not rest:
        return printed == number != ""
    return name.endswith(rest) and (len(rest) >= _LEAST_CUT)


def _missing(number: str, name: str, lines: Sequence[Line], method: Method, notes: Notes) -> None:
    """Refuse the missing rating of a standard, and quote its row if there is one."""
    known = ", ".join(f"'{rating.name}'" for rating in method.ratings)
    row = next((line for line in lines if _mentions(line, number, name)), None)
    found = f"reads '{row.text[:120]}'" if row else "was not found in the ratings table"
    notes.refuse(
        f"{_label(number, name)} {found}: expected its name and one of {known}",
        row.number if row else lines[0].number,
    )


def _mentions(line: Line, number: str, name: str) -> bool:
    printed = _NUMBER.match(line.text)
    named = letters(name) in letters(line.text[:200])
    return (bool(number) and printed is not None and printed[1] == number) or named


def _started(lines: Sequence[Line]) -> tuple[date, int] | None:
    for line in lines:
        match = _STARTED.search(line.text[:400])
        month = month_number(match[1]) if match else None
        if match and month and int(match[2]):
            return date(int(match[2]), month, 1), line.number
    return None


def check_table(table: RatingsTable, method: Method, notes: Notes) -> None:
    """Check that the scores add up to the printed score, and that it gives the overall rating.

    Warns if the overall rating differs and its band is not confirmed.
    """
    rated: list[StandardDefinition] = [s for s in method.standards if s.rated]
    if table.score is None or any(s.number not in table.standards for s in rated):
        return
    adds_up = check_score(table.score, [table.standards[s.number].rating for s in rated], notes)
    if adds_up and table.overall is not None:
        _check_overall(table.overall, table.score, method, notes)


def _check_overall(overall: AwardedRating, score: Score, method: Method, notes: Notes) -> None:
    expected = method.overall(score.score)
    if overall.rating == expected:
        return
    confirmed = overall.rating.total_confirmed and expected.total_confirmed
    note = notes.refuse if confirmed else notes.warn
    note(
        f"the overall rating is '{overall.rating.name}': expected '{expected.name}' for a score of "
        f"{score.score} of {score.out_of}" + ("" if confirmed else " (a band that no source confirms)"),
        overall.line,
    )


def check_overall_statement(
    foreword: Sequence[Line], table: RatingsTable, method: Method, vocabulary: Vocabulary, notes: Notes
) -> None:
    """Check that "an overall rating of '...'" or "rated overall as '...'" in the foreword matches the table.

    Only warns if the sentence speaks of an earlier inspection.
    """
    if table.overall is None:
        return
    expected = table.overall.rating
    prose = running_text(foreword, vocabulary)
    for match in _overall_statement(method).finditer(prose.text):
        name = match["of"] or match["as"] or match["rated"]
        if method.rating_named(name) != expected:
            sentence = prose.text[prose.text.rfind(".", 0, match.start()) + 1 : match.end()]
            note = notes.warn if _EARLIER.search(sentence) else notes.refuse
            note(
                f"the foreword gives '{name}' as the overall rating: expected '{expected.name}', "
                f"as the ratings table says (line {table.overall.line})",
                prose.line(match.start()),
            )


def _overall_statement(method: Method) -> re.Pattern[str]:
    names = "|".join(re.escape(rating.name) for rating in method.ratings)
    return re.compile(
        rf"\boverall rating (?:of|is|was|as)(?: an?)? ['\"]?(?P<of>{names})\b"
        rf"|\brated overall(?: as)? ['\"]?(?P<as>{names})\b"
        rf"|\brated(?: as)? ['\"]?(?P<rated>{names})['\"]? overall\b",
        re.IGNORECASE,
    )
