"""Recording a published report: all of it or nothing."""

from datetime import datetime

from django.db import transaction

from recommendations.intake.findings import Report
from recommendations.models import (
    Framework,
    Inspection,
    KeyQuestionResult,
    Recommendation,
    StandardRating,
    User,
)
from recommendations.operations.bodies import Bodies


@transaction.atomic
def record_inspection(
    *,
    report: Report,
    reference: str,
    framework: Framework,
    bodies: Bodies,
    warnings: list[str],
    source_sha256: str,
    by: User,
    at: datetime,
) -> Inspection:
    """Make the inspection, what it found and its recommendations, each owned by its addressee."""
    ratings = {rating.code: rating for rating in framework.ratings.all()}
    inspection = Inspection.objects.create(
        reference=reference,
        title=report.title,
        inspected=bodies.inspected,
        region=bodies.region,
        inspectorate=bodies.inspectorate,
        framework=framework,
        published_earliest=report.published_earliest,
        published_latest=report.published_latest,
        published_precision=report.published_precision,
        isbn=report.isbn,
        fieldwork_started=report.fieldwork_started,
        fieldwork_ended=report.fieldwork_ended,
        sample_size=report.sample_size,
        sample_from=report.sample_from,
        sample_to=report.sample_to,
        interviews=report.interviews,
        score=report.score,
        score_out_of=report.score_out_of,
        overall=ratings[report.overall],
        intake_warnings=warnings,
        source_sha256=source_sha256,
        created_at=at,
        updated_at=at,
    )
    _record_findings(inspection, report, framework)
    for found in report.recommendations:
        addressee = bodies.addressees[found.addressee]
        Recommendation.objects.create(
            inspection=inspection,
            number=found.number,
            reference=f"{reference}-{found.number}",
            text=found.text,
            addressee=addressee,
            addressee_as_printed=found.addressee,
            owner=addressee,
            created_at=at,
            updated_at=at,
        )
    return inspection


def _record_findings(inspection: Inspection, report: Report, framework: Framework) -> None:
    ratings = {rating.code: rating for rating in framework.ratings.all()}
    standards = {standard.number: standard for standard in framework.standards.all()}
    questions = {q.number: q for s in standards.values() for q in s.key_questions.all()}
    StandardRating.objects.bulk_create(
        StandardRating(
            inspection=inspection,
            standard=standards[found.number],
            awarded=ratings[found.awarded],
            guidance=ratings[found.guidance] if found.guidance else None,
            guidance_source=found.guidance_source,
            reason=found.reason,
        )
        for found in report.standards
    )
    KeyQuestionResult.objects.bulk_create(
        KeyQuestionResult(
            inspection=inspection,
            key_question=questions[found.number],
            percentage=found.percentage,
        )
        for found in report.key_questions
    )
