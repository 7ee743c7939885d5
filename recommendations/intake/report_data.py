"""The facts of a report. Line numbers do not count when two reports are compared."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class StandardFinding:
    """The awarded rating of one standard, and its rating by guidance from the method or the text."""

    number: str
    awarded: str
    guidance: str | None
    guidance_source: Literal["", "computed", "stated"]
    reason: str
    line: int = field(compare=False)


@dataclass(frozen=True)
class KeyQuestionFinding:
    """The percentage of inspected cases answered 'Yes' to one key question."""

    number: str
    standard: str
    text: str
    percentage: int
    line: int = field(compare=False)


@dataclass(frozen=True)
class RecommendationFinding:
    """One recommendation with its exact wording and its addressee."""

    number: int
    addressee: str
    text: str
    line: int = field(compare=False)


@dataclass(frozen=True)
class Report:
    """Everything that the tracker takes from a published inspection report."""

    title: str
    inspected_body: str
    region: str
    inspectorate: str
    published_earliest: date
    published_latest: date
    published_precision: Literal["day", "month", "year"]
    isbn: str
    fieldwork_started: date | None
    fieldwork_ended: date | None
    sample_size: int | None
    sample_from: date | None
    sample_to: date | None
    interviews: int | None
    score: int
    score_out_of: int
    overall: str
    standards: tuple[StandardFinding, ...]
    key_questions: tuple[KeyQuestionFinding, ...]
    recommendations: tuple[RecommendationFinding, ...]
