"""The facts of a report, for comparing a second reading with the record."""

from collections.abc import Iterable

from recommendations.intake.curated import CuratedInspection, MeasureSeed
from recommendations.intake.report_data import Report
from recommendations.models import Inspection, Measure

Facts = dict[str, str]

_PLAIN = (
    "title",
    "published_earliest",
    "published_latest",
    "fieldwork_started",
    "fieldwork_ended",
    "sample_size",
    "sample_from",
    "sample_to",
    "interviews",
    "score",
    "score_out_of",
)


def differences(recorded: Facts, read: Facts) -> list[str]:
    """A sentence for each fact in which the report that was read differs from the record."""
    return [
        f"{fact[0].upper()}{fact[1:]}: the record says {_shown(recorded, fact)},"
        f" this report says {_shown(read, fact)}."
        for fact in dict.fromkeys([*recorded, *read])
        if recorded.get(fact) != read.get(fact)
    ]


def facts_of_report(report: Report) -> Facts:
    facts = {field.replace("_", " "): str(getattr(report, field)) for field in _PLAIN}
    facts["isbn"] = report.isbn.replace("-", "")
    facts["overall rating"] = report.overall
    for standard in report.standards:
        facts[f"standard {standard.number}"] = _rating(standard.awarded, standard.guidance, standard.reason)
    for question in report.key_questions:
        facts[f"key question {question.number}"] = f"{question.percentage} %"
    for found in report.recommendations:
        facts[f"recommendation {found.number}"] = f"{found.addressee} should: {found.text}"
    return facts


def facts_of_inspection(inspection: Inspection) -> Facts:
    """The same facts as the record holds them."""
    facts = {field.replace("_", " "): str(getattr(inspection, field)) for field in _PLAIN}
    facts["isbn"] = inspection.isbn.replace("-", "")
    facts["overall rating"] = inspection.overall.code
    for rating in inspection.standard_ratings.select_related("standard", "awarded", "guidance"):
        facts[f"standard {rating.standard.number}"] = _rating(
            rating.awarded.code, rating.guidance.code if rating.guidance else None, rating.reason
        )
    for result in inspection.key_question_results.select_related("key_question"):
        facts[f"key question {result.key_question.number}"] = f"{result.percentage} %"
    for one in inspection.recommendations.all():
        facts[f"recommendation {one.number}"] = f"{one.addressee_as_printed} should: {one.text}"
    return facts


def facts_of_curated_data(curated: CuratedInspection) -> Facts:
    """The facts of curated data about each recommendation: standards, key questions and baselines."""
    facts = {}
    for seed in curated.recommendations:
        facts[f"curated data of recommendation {seed.number}"] = _basis(
            seed.standards, seed.key_questions, seed.measurement_note
        )
        for measure in seed.measures:
            facts[f"measure {measure.slug} of recommendation {seed.number}"] = _figures(measure)
    return facts


def curated_facts_of_inspection(inspection: Inspection) -> Facts:
    """The same facts as the record holds them."""
    facts = {}
    for one in inspection.recommendations.prefetch_related("standards", "key_questions", "measures"):
        measures = one.measures.all()
        if one.standards.all() or one.measurement_note or measures:
            facts[f"curated data of recommendation {one.number}"] = _basis(
                [standard.number for standard in one.standards.all()],
                [question.number for question in one.key_questions.all()],
                one.measurement_note,
            )
        for measure in measures:
            facts[f"measure {measure.slug} of recommendation {one.number}"] = _figures(measure)
    return facts


def _basis(standards: Iterable[str], questions: Iterable[str], note: str) -> str:
    return f"standards {sorted(standards)}, key questions {sorted(questions)}, note “{note}”"


def _figures(measure: Measure | MeasureSeed) -> str:
    value = None if measure.value is None else f"{float(measure.value):g}"
    return (
        f"{measure.qualifier} {value} ({measure.n} of {measure.out_of}) {measure.unit}"
        f" in {measure.section}: “{measure.passage}”"
    )


def _rating(awarded: str, guidance: str | None, reason: str) -> str:
    return f"{awarded}, by guidance {guidance}, reason “{reason}”" if guidance else awarded


def _shown(facts: Facts, fact: str) -> str:
    return f"“{facts[fact]}”" if fact in facts else "nothing"
