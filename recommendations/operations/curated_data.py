"""Records curated data: the standards, key questions and measures that people read in a report."""

from collections.abc import Iterator
from datetime import datetime

from recommendations.framework import Method
from recommendations.intake.curated import CuratedInspection, MeasureSeed, RecommendationSeed
from recommendations.intake.passages import Passages, numbers_in
from recommendations.intake.report_data import Report
from recommendations.models import Framework, Inspection, KeyQuestion, Measure, Standard, User
from recommendations.operations.record import recording


def problems_with(curated: CuratedInspection, *, report: Report, framework: Framework) -> list[str]:
    """Every contradiction between `curated` and the report, and every name that the report lacks."""
    numbers = {found.number for found in report.recommendations}
    percentages = {found.number: found.percentage for found in report.key_questions}
    method = framework.as_method()
    problems = []
    if curated.framework != framework.name_with_version:
        problems.append(
            f"The curated data is written for framework {curated.framework}; the report is read by"
            f" {framework.name_with_version}."
        )
    for seed in curated.recommendations:
        where = f"Curated data of recommendation {seed.number}"
        if seed.number not in numbers:
            problems.append(f"{where}: the report has no recommendation {seed.number}.")
        problems += [f"{where}: {problem}" for problem in _unknown_parts(seed, method)]
        for measure in seed.measures:
            problems += [f"{where}: {problem}" for problem in _wrong_figures(measure, percentages)]
    return problems


def passages_not_found(curated: CuratedInspection, *, text: str) -> list[str]:
    """A sentence for each passage that this copy of the report does not show; copies are damaged."""
    copy = Passages(text)
    return [
        f"The passage of measure “{measure.slug}” of recommendation {seed.number} was not found in this"
        f" copy of the report: “{measure.passage}”"
        for seed in curated.recommendations
        for measure in seed.measures
        if copy.find(measure.passage) is None
    ]


def _wrong_figures(measure: MeasureSeed, percentages: dict[str, int]) -> Iterator[str]:
    printed = numbers_in(measure.passage)
    for figure in (measure.value, measure.n, measure.out_of):
        if figure is not None and figure not in printed:
            yield f"“{measure.slug}” gives {figure}, which its passage does not print."
    found = percentages.get(measure.key_question or "")
    if found is not None and measure.value is not None and measure.value != found:
        yield (
            f"“{measure.slug}” gives {measure.value} % for key question {measure.key_question}, the"
            f" report gives {found} %."
        )


def _unknown_parts(seed: RecommendationSeed, method: Method) -> list[str]:
    standards = {standard.number for standard in method.standards}
    questions = {q.number for standard in method.standards for q in standard.key_questions}
    asked = {*seed.key_questions, *(m.key_question for m in seed.measures if m.key_question)}
    return [
        f"there is no {noun} {number} in {method.name}."
        for noun, named, known in (
            ("standard", set(seed.standards), standards),
            ("key question", asked, questions),
        )
        for number in sorted(named - known)
    ]


def record_curated_data(
    *, inspection: Inspection, curated: CuratedInspection, by: User, at: datetime
) -> Inspection:
    """Add standards, key questions and baseline measures to an inspection that has none of them yet."""
    standards = {s.number: s for s in Standard.objects.filter(framework=inspection.framework)}
    questions = {q.number: q for q in KeyQuestion.objects.filter(standard__framework=inspection.framework)}
    recommendations = {one.number: one for one in inspection.recommendations.all()}
    for seed in curated.recommendations:
        recommendation = recommendations[seed.number]
        with recording("record curated data", by=by, at=at) as change:
            change.update(
                change.current(recommendation),
                version=recommendation.version,
                measurement_note=seed.measurement_note,
                standards=[standards[number] for number in seed.standards],
                key_questions=[questions[number] for number in seed.key_questions],
            )
            change.add_all(
                Measure,
                (
                    Measure(
                        recommendation=recommendation,
                        **{**vars(measure), "key_question": questions.get(measure.key_question or "")},
                    )
                    for measure in seed.measures
                ),
            )
    with recording("record curated data", by=by, at=at) as change:
        return change.update(change.current(inspection), version=inspection.version, has_curated_data=True)
