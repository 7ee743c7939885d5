"""Reads the text of an inspection report and checks it, or refuses it with every problem.

The text is a damaged copy of a PDF. Two copies of one report give equal records, apart from line numbers.
"""

import re
from dataclasses import dataclass

from recommendations.framework import Method, RatingLevel
from recommendations.intake.cover import Cover, read_cover
from recommendations.intake.fieldwork import Fieldwork, check_dates, read_fieldwork
from recommendations.intake.guidance import read_standards
from recommendations.intake.isbn import read_isbn
from recommendations.intake.key_questions import read_key_questions
from recommendations.intake.lines import Line, read_lines
from recommendations.intake.page_noise import body_lines
from recommendations.intake.problems import Notes, Problem
from recommendations.intake.prose import Vocabulary
from recommendations.intake.ratings import RatingsTable, check_overall_statement, check_table, read_ratings
from recommendations.intake.recommendation_list import check_rest, read_recommendations
from recommendations.intake.report_data import (
    KeyQuestionFinding,
    RecommendationFinding,
    Report,
    StandardFinding,
)
from recommendations.intake.score import Score
from recommendations.intake.sections import Sections, split_sections

_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
_MOST_REPORT_LINES = 20_000


@dataclass(frozen=True)
class ReadReport:
    """A report, or the problems for which it was refused; warnings are kept with the record."""

    report: Report | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_report(text: str, method: Method) -> ReadReport:
    """Read a report that was made with `method`. Raises no error."""
    notes = Notes()
    lines = () if _unreadable(text, notes) else read_lines(text)
    report = _read(lines, method, notes) if lines else None
    problems = tuple(sorted(set(notes.problems), key=_place))
    return ReadReport(None if problems else report, problems, tuple(sorted(set(notes.warnings), key=_place)))


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.message


def _unreadable(text: str, notes: Notes) -> bool:
    if not text.strip():
        notes.refuse("the file is empty: expected the text of an inspection report", 1)
    elif match := _UNREADABLE.search(text):
        notes.refuse(
            f"the character U+{ord(match[0]):04X} was found, which is not text: expected the text "
            "of an inspection report, in UTF-8",
            text.count("\n", 0, match.start()) + 1,
        )
    elif text.count("\n") > _MOST_REPORT_LINES:
        notes.refuse(f"{text.count(chr(10))} lines found: a report has at most {_MOST_REPORT_LINES}", 1)
    return bool(notes.problems)


def _read(lines: tuple[Line, ...], method: Method, notes: Notes) -> Report | None:
    # The running header is known only once the cover has been read.
    cover = read_cover(body_lines(lines, title="", inspectorate=""), notes)
    isbn = read_isbn(tuple(line for line in lines if line.text), notes)
    title, inspectorate = (cover.title, cover.inspectorate) if cover else ("", "")
    body = body_lines(lines, title=title, inspectorate=inspectorate)
    parts = split_sections(lines, body, method, notes)
    table = read_ratings(parts.ratings, method, notes)
    check_table(table, method, notes)
    vocabulary = Vocabulary(body)
    check_overall_statement(parts.foreword, table, method, vocabulary, notes)
    fieldwork = read_fieldwork(parts.background, vocabulary, notes)
    findings = _findings(parts, cover, table, method, vocabulary, notes)
    if cover is None or isbn is None:
        return None
    check_dates(fieldwork, cover.published, started=table.started, notes=notes)
    if table.score is None or table.overall is None:
        return None
    return _report(cover, isbn, fieldwork, table.score, table.overall.rating, findings)


@dataclass(frozen=True)
class _Findings:
    standards: tuple[StandardFinding, ...]
    key_questions: tuple[KeyQuestionFinding, ...]
    recommendations: tuple[RecommendationFinding, ...]


def _findings(
    parts: Sections,
    cover: Cover | None,
    table: RatingsTable,
    method: Method,
    vocabulary: Vocabulary,
    notes: Notes,
) -> _Findings:
    known = (cover.body, cover.region) if cover else ()
    recommendations = read_recommendations(
        parts.recommendations, known=known, vocabulary=vocabulary, notes=notes
    )
    check_rest(parts.background, parts.rest, len(recommendations), notes)
    key_questions = read_key_questions(parts.standards, method, notes)
    standards = read_standards(
        parts.standards, table.standards, key_questions, method=method, vocabulary=vocabulary, notes=notes
    )
    return _Findings(standards, key_questions, recommendations)


def _report(
    cover: Cover, isbn: str, fieldwork: Fieldwork, score: Score, overall: RatingLevel, findings: _Findings
) -> Report:
    return Report(
        title=cover.title,
        inspected_body=cover.body,
        region=cover.region,
        inspectorate=cover.inspectorate,
        published_earliest=cover.published.earliest,
        published_latest=cover.published.latest,
        published_precision=cover.published.precision,
        isbn=isbn,
        fieldwork_started=fieldwork.started,
        fieldwork_ended=fieldwork.ended,
        sample_size=fieldwork.sample_size,
        sample_from=fieldwork.sample_from,
        sample_to=fieldwork.sample_to,
        interviews=fieldwork.interviews,
        score=score.score,
        score_out_of=score.out_of,
        overall=overall.code,
        standards=findings.standards,
        key_questions=findings.key_questions,
        recommendations=findings.recommendations,
    )
