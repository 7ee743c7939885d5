"""Reads the percentage of each key question from the tables in the standards' sections."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from recommendations.framework import KeyQuestionDefinition, Method, StandardDefinition
from recommendations.intake.lines import Line, canonical, letters
from recommendations.intake.problems import Notes
from recommendations.intake.report_data import KeyQuestionFinding

_NUMBER = r"(?P<figure>-?\d{1,6}(?:[.,]\d+)?)"
_PERCENT = r" ?(?:%|per ?cent\b)"
# A figure without its sign must end the line: "3 6%" and "36 of 59" do not count.
_AFTER = re.compile(rf"[?\s|\"':.]*{_NUMBER}(?:{_PERCENT}|(?=[ |]*(?:\n|$)))", re.IGNORECASE)
_WITHIN = re.compile(rf"{_NUMBER}{_PERCENT}", re.IGNORECASE)
_ROW = re.compile(rf"\?[ |\"']{{0,9}}{_NUMBER}{_PERCENT}(?=[ |]*(?:\n|$))", re.IGNORECASE)
_MOST_LETTERS_CUT = 12
_ALIKE = 0.9
_MOST_ROWS = 40


@dataclass
class _SectionText:
    """The text of a section, its letters alone, and the line of each position."""

    lines: Sequence[Line]
    text: str = field(init=False)
    squeezed: str = field(init=False)
    places: list[int] = field(init=False)
    starts: list[int] = field(init=False)
    used: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.text = "\n".join(line.text for line in self.lines)
        self.places = [match.start() for match in re.finditer(r"[A-Za-z]", self.text)]
        self.squeezed = letters(self.text)
        self.starts, at = [], 0
        for line in self.lines:
            self.starts.append(at)
            at += len(line.text) + 1

    def line(self, place: int) -> int:
        """Return the number of the line at a position in the text."""
        return self.lines[bisect_right(self.starts, place) - 1].number


@dataclass(frozen=True)
class _Figure:
    printed: str
    line: int


def read_key_questions(
    sections: Mapping[str, Sequence[Line]], method: Method, notes: Notes
) -> tuple[KeyQuestionFinding, ...]:
    """Return every key question of the method with its percentage; refuse each missing one."""
    found: list[KeyQuestionFinding] = []
    for standard in method.standards:
        if standard.key_questions and standard.number in sections:
            part = _SectionText(sections[standard.number])
            found += _standard(part, standard, method, notes)
            _refuse_unknown_rows(part, standard, notes)
    return tuple(found)


def _standard(
    part: _SectionText, standard: StandardDefinition, method: Method, notes: Notes
) -> list[KeyQuestionFinding]:
    found = []
    for question in standard.key_questions:
        line, figures = _figures(part, question, method)
        if line is None:
            line, figures = _similar(part, question, standard, notes)
        percentage = _percentage(question, line, figures, part, notes)
        if percentage is not None and line is not None:
            text = canonical(question.text)
            found.append(KeyQuestionFinding(question.number, standard.number, text, percentage, line))
    return found


def _figures(
    part: _SectionText, question: KeyQuestionDefinition, method: Method
) -> tuple[int | None, list[_Figure]]:
    """Return the line of a question, or None, and the figures printed beside it."""
    whole = letters(question.text)
    others = [
        letters(other.text)
        for standard in method.standards
        for other in standard.key_questions
        if other.number != question.number
    ]
    for cut in range(min(_MOST_LETTERS_CUT, len(whole) // 2) + 1):
        words = whole[cut:]
        if any(other.endswith(words) for other in others):
            break
        ends = [match.end() for match in re.finditer(re.escape(words), part.squeezed)]
        if ends:
            places = [(part.places[end - len(words)], part.places[end - 1] + 1) for end in ends]
            beside = [_beside(part, start, end) for start, end in places]
            return part.line(places[0][0]), [figure for figure in beside if figure]
    return None, []


def _beside(part: _SectionText, start: int, end: int) -> _Figure | None:
    """Return the figure right after the words, or the only one inside them if they are wrapped."""
    after = _AFTER.match(part.text, end)
    within = list(_WITHIN.finditer(part.text, start, end))
    match = after or (within[0] if len(within) == 1 else None)
    if match is None or (after and within):
        return None
    part.used.add(match.end())
    return _Figure(match["figure"], part.line(match.start("figure")))


def _similar(
    part: _SectionText, question: KeyQuestionDefinition, standard: StandardDefinition, notes: Notes
) -> tuple[int | None, list[_Figure]]:
    """Find rows whose words resemble this question and no other question of the standard."""
    found: list[_Figure] = []
    for row, words in _rows(part):
        alike = [q.number for q in standard.key_questions if _ratio(words, q) >= _ALIKE]
        if alike == [question.number]:
            part.used.add(row.end())
            found.append(_Figure(row["figure"], part.line(row.start())))
    if not found:
        return None, []
    notes.warn(
        f"the question here is not spelt as in the framework: read as {question.number} "
        f"'{canonical(question.text)}'",
        found[0].line,
    )
    return found[0].line, found


def _rows(part: _SectionText) -> list[tuple[re.Match[str], str]]:
    """Return the table rows that belong to no question yet, with the letters before each."""
    rows, before = [], 0
    for row in list(_ROW.finditer(part.text))[:_MOST_ROWS]:
        if row.end() not in part.used:
            rows.append((row, letters(part.text[max(before, row.start() - 400) : row.start()])))
        before = row.end()
    return rows


def _ratio(words: str, question: KeyQuestionDefinition) -> float:
    whole = letters(question.text)
    matcher = SequenceMatcher(None, words[-len(whole) :], whole, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0


def _percentage(
    question: KeyQuestionDefinition,
    line: int | None,
    figures: Sequence[_Figure],
    part: _SectionText,
    notes: Notes,
) -> int | None:
    name = f"key question {question.number} '{canonical(question.text)}'"
    if line is None:
        notes.refuse(
            f"{name} was not found: expected it with a percentage in the section that begins here",
            part.lines[0].number if part.lines else None,
        )
        return None
    printed = sorted({figure.printed for figure in figures})
    if len(printed) != 1:
        words = " and ".join(f"'{figure}'" for figure in printed) or "no percentage"
        notes.refuse(f"{name} has {words} beside it: expected one percentage, 0 to 100", line)
        return None
    return _whole_percentage(name, figures[0], notes)


def _whole_percentage(name: str, figure: _Figure, notes: Notes) -> int | None:
    printed = figure.printed
    if not printed.isdigit() or int(printed) > 100 or printed != str(int(printed)):
        notes.refuse(
            f"{name} has '{printed}%' beside it: expected a whole percentage, 0 to 100",
            figure.line,
        )
        return None
    if len(printed) == 1:
        notes.warn(f"{name} has one digit, {printed}%: is its first digit missing?", figure.line)
    return int(printed)


def _refuse_unknown_rows(part: _SectionText, standard: StandardDefinition, notes: Notes) -> None:
    for row, _ in _rows(part):
        line = part.line(row.start())
        begins = max(part.text.rfind("\n", 0, row.start()) + 1, row.start() - 160)
        notes.refuse(
            f"'{part.text[begins : row.start()]}?' has a percentage and is not a key question of "
            f"standard {standard.number} in the framework",
            line,
        )
