"""Finds the rating by guidance of each standard, and the reason for another rating.

With key questions, the guidance rating is computed from the lowest. Without them, only a sentence that
states it counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recommendations.framework import Method, RatingLevel, StandardDefinition
from recommendations.intake.lines import Line, letters
from recommendations.intake.problems import Notes
from recommendations.intake.prose import RunningText, Vocabulary, doubtful_space, ends_clause, running_text
from recommendations.intake.ratings import AwardedRating
from recommendations.intake.report_data import KeyQuestionFinding, StandardFinding
from recommendations.intake.sections import is_name

_SUBHEADINGS = ("Strengths", "Areas for improvement")
_WEIGHING = re.compile(
    r"professional discretion|decision guidance|guidance would normally|rating boundary"
    r"|considered against the|higher rating",
    re.IGNORECASE,
)
_STATES_RATING = re.compile(r"\bis rated\b", re.IGNORECASE)
_LOWEST = re.compile(r"lowest (?:score|percentage)[^.]{0,80}? was (\d{1,3}) ?(?:per ?cent|%)")
_OPENING_LINES = 12


@dataclass(frozen=True)
class Section:
    """The section of one standard, with its rating and percentages from the tables."""

    standard: StandardDefinition
    lines: Sequence[Line]
    awarded: AwardedRating
    percentages: tuple[int, ...]


def read_standards(
    sections: Mapping[str, Sequence[Line]],
    awarded: Mapping[str, AwardedRating],
    key_questions: Iterable[KeyQuestionFinding],
    *,
    method: Method,
    vocabulary: Vocabulary,
    notes: Notes,
) -> tuple[StandardFinding, ...]:
    """Return a finding for each rated standard that has a rating and a section; note contradictions."""
    figures: dict[str, tuple[int, ...]] = {}
    for finding in key_questions:
        figures[finding.standard] = (*figures.get(finding.standard, ()), finding.percentage)
    return tuple(
        _Reader(method, vocabulary, notes, awarded).finding(
            Section(
                standard,
                sections[standard.number],
                awarded[standard.number],
                _all_figures(standard, figures.get(standard.number, ())),
            )
        )
        for standard in method.standards
        if standard.rated and standard.number in sections and standard.number in awarded
    )


def _all_figures(standard: StandardDefinition, percentages: tuple[int, ...]) -> tuple[int, ...]:
    """Return the percentages if none is missing: guidance needs the lowest of all."""
    return percentages if len(percentages) == len(standard.key_questions) else ()


@dataclass(frozen=True)
class _Reader:
    method: Method
    vocabulary: Vocabulary
    notes: Notes
    table: Mapping[str, AwardedRating]

    def finding(self, section: Section) -> StandardFinding:
        """Return the finding of one standard; note contradictions and differences."""
        self._check_ratings_alone(section)
        lines = tuple(self._opening(section.lines))
        opening = running_text(lines, self.vocabulary)
        self._check_statements(section, opening)
        stated = self._stated(opening)
        computed = self.method.guidance(section.percentages)
        guidance = computed or stated
        reason = ""
        if guidance is not None and guidance != section.awarded.rating:
            reason = self._reason(opening.text)
            self._note_difference(section, guidance, reason)
            self._note_cut_words(lines)
        return StandardFinding(
            section.standard.number,
            section.awarded.rating.code,
            guidance.code if guidance else None,
            "computed" if computed else "stated" if stated else "",
            reason,
            section.awarded.line,
        )

    def _opening(self, lines: Sequence[Line]) -> Iterator[Line]:
        """Yield the prose and tables from a section's heading to its first subheading or list.

        Leaves out ratings on lines of their own, and names that pages repeat.
        """
        before: Line | None = None
        names = [*(s.name for s in self.method.standards), *(n for _, n in self.method.domains)]
        repeated = {letters(name) for name in names}
        for line in lines[1:]:
            apart = before is None or line.gap or ends_clause(before.text)
            if (apart and self._clean_rating(line)) or (line.titled and letters(line.text) in repeated):
                continue
            subheading = any(is_name(line.text, name) for name in _SUBHEADINGS)
            if subheading or line.titled or (line.bullet and line.gap):
                return
            yield line
            before = line

    def _clean_rating(self, line: Line) -> RatingLevel | None:
        return self.method.rating_named(line.text) if len(line.text) < 40 else None

    def _rating_words(self) -> str:
        return "|".join(re.escape(rating.name) for rating in self.method.ratings)

    def _check_ratings_alone(self, section: Section) -> None:
        for line in section.lines[:_OPENING_LINES]:
            rating = self._clean_rating(line)
            if rating and rating != section.awarded.rating:
                self._contradicts(section, rating.name, line.number)

    def _contradicts(self, section: Section, name: str, line: int | None) -> None:
        self.notes.refuse(
            f"standard {section.standard.number} {section.standard.name} is rated '{name}' here: "
            f"expected '{section.awarded.rating.name}', as the ratings table says "
            f"(line {section.awarded.line})",
            line,
        )

    def _check_statements(self, section: Section, opening: RunningText) -> None:
        """Check that sentences with the rating or the lowest figure agree with the tables."""
        name = re.escape(section.standard.name)
        said = re.compile(
            rf"\bis rated(?: as)? ['\"]?({self._rating_words()})['\"]? for {name}\b"
            rf"|\b{name} is rated(?: as)? ['\"]?({self._rating_words()})\b",
            re.IGNORECASE,
        )
        for match in said.finditer(opening.text):
            rating = self.method.rating_named(match[1] or match[2])
            if rating and rating != section.awarded.rating:
                self._contradicts(section, rating.name, opening.line(match.start()))
        for match in _LOWEST.finditer(opening.text):
            if section.percentages and int(match[1]) != min(section.percentages):
                self.notes.refuse(
                    f"the lowest score of {section.standard.number} is said to be {match[1]} per "
                    f"cent: expected {min(section.percentages)}, the lowest in its table",
                    opening.line(match.start()),
                )

    def _stated(self, opening: RunningText) -> RatingLevel | None:
        """Return the rating that guidance would give according to a sentence, or None."""
        normally = re.compile(
            rf"guidance[^.]{{0,60}}?normally[^.]{{0,160}}?\b({self._rating_words()})\b",
            re.IGNORECASE,
        )
        against = re.compile(
            rf"considered against the ['\"]?({self._rating_words()})\b['\"]?[^.]{{0,60}}?"
            r" ratings? for ([^.,]{3,60})",
            re.IGNORECASE,
        )
        if match := normally.search(opening.text):
            return self.method.rating_named(match[1])
        if match := against.search(opening.text):
            self._check_weighed(match[1], match[2], opening.line(match.start()))
            return self.method.rating_named(match[1])
        return None

    def _check_weighed(self, said: str, name: str, line: int | None) -> None:
        for standard in self.method.standards:
            found = self.table.get(standard.number)
            rating = self.method.rating_named(said)
            named = letters(name) == letters(standard.name)
            if named and found and found.rating != rating:
                self.notes.refuse(
                    f"the text weighs against '{said}' for {standard.name}: expected "
                    f"'{found.rating.name}', its rating in the table (line {found.line})",
                    line,
                )

    def _note_cut_words(self, lines: Sequence[Line]) -> None:
        for before, line in pairwise(lines):
            if doubtful_space(before.text, line.text, self.vocabulary):
                self.notes.warn("the line before this one may break off inside a word", line.number)

    def _note_difference(self, section: Section, guidance: RatingLevel, reason: str) -> None:
        awarded = section.awarded.rating
        name = f"standard {section.standard.number} {section.standard.name}"
        if not reason:
            self.notes.warn(
                f"{name} is rated '{awarded.name}' and its guidance is '{guidance.name}': "
                "expected a printed reason, and found none",
                section.awarded.line,
            )
        if section.percentages:
            self._warn_beyond_discretion(section, guidance, name)

    def _warn_beyond_discretion(self, section: Section, guidance: RatingLevel, name: str) -> None:
        awarded, lowest = section.awarded.rating, min(section.percentages)
        if self.method.within_discretion(lowest, awarded=awarded):
            return
        points = self.method.discretion_points
        if awarded.percentage_from > lowest:
            reach = (
                f"{awarded.percentage_from - lowest} points below {awarded.percentage_from}; "
                f"discretion reaches {points}"
            )
        else:
            reach = "and discretion lifts, never lowers"
        self.notes.warn(
            f"{name} is rated '{awarded.name}' though its lowest key question gives "
            f"'{guidance.name}': {lowest} per cent, {reach}",
            section.awarded.line,
        )

    def _reason(self, opening: str) -> str:
        """Return the opening from the first sentence that weighs the rating.

        If that sentence names only discretion, start at the earlier sentence that gives the rating. A bare
        rating that a copy has joined to the sentence is left out.
        """
        weighs = _WEIGHING.search(opening)
        if weighs is None:
            return ""
        gives = _STATES_RATING.search(opening)
        first = min(match.start() for match in (weighs, gives) if match)
        names = [re.escape(rating.name) for rating in self.method.ratings]
        fused = "|".join([*names, *(rf"[.?!]{name.rsplit(' ', 1)[-1]}" for name in names)])
        ends = re.compile(
            r"[.?!]['\")]{0,2} ?(?=[A-Z'\"])|(?:%|\d|per cent)(?: ?\(\d{1,4}\))?[ |]+(?=[A-Z'\"])"
            rf"|(?<!['\"])(?:{fused}) (?=[A-Z'\"])"
        )
        starts = [end.end() for end in ends.finditer(opening, 0, first + 1)]
        return opening[starts[-1] if starts else 0 :]
