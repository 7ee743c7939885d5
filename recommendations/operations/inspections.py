"""Records a published report, whole or not at all."""

from datetime import datetime

from recommendations.intake.report_data import Report
from recommendations.models import (
    Framework,
    Inspection,
    KeyQuestionResult,
    Recommendation,
    StandardRating,
    User,
)
from recommendations.operations.change import Change
from recommendations.operations.organisation_matching import MatchedOrganisations
from recommendations.operations.record import recording

# What the inspection keeps as the report says it.
AS_READ = (
    "title",
    "published_earliest",
    "published_latest",
    "published_precision",
    "isbn",
    "fieldwork_started",
    "fieldwork_ended",
    "sample_size",
    "sample_from",
    "sample_to",
    "interviews",
    "score",
    "score_out_of",
)


def record_inspection(
    *,
    report: Report,
    reference: str,
    framework: Framework,
    bodies: MatchedOrganisations,
    warnings: list[str],
    source_sha256: str,
    by: User,
    at: datetime,
) -> Inspection:
    """Make the inspection, its findings and its recommendations, each owned by its addressee."""
    with recording("record inspection", by=by, at=at) as change:
        inspection = change.add(
            Inspection(
                reference=reference,
                inspected=bodies.inspected,
                region=bodies.region,
                inspectorate=bodies.inspectorate,
                framework=framework,
                overall=framework.ratings.get(code=report.overall),
                intake_warnings=warnings,
                source_sha256=source_sha256,
                **{name: getattr(report, name) for name in AS_READ},
            )
        )
        _record_findings(change, inspection, report, framework)
    for found in report.recommendations:
        addressee = bodies.addressees[found.addressee]
        with recording("record recommendation", by=by, at=at) as change:
            change.add(
                Recommendation(
                    inspection=inspection,
                    number=found.number,
                    reference=f"{reference}-{found.number}",
                    text=found.text,
                    addressee=addressee,
                    addressee_as_printed=found.addressee,
                    owner=addressee,
                )
            )
    return inspection


def _record_findings(change: Change, inspection: Inspection, report: Report, framework: Framework) -> None:
    ratings = {rating.code: rating for rating in framework.ratings.all()}
    standards = {standard.number: standard for standard in framework.standards.all()}
    questions = {q.number: q for s in standards.values() for q in s.key_questions.all()}
    change.add_all(
        StandardRating,
        (
            StandardRating(
                inspection=inspection,
                standard=standards[found.number],
                awarded=ratings[found.awarded],
                guidance=ratings[found.guidance] if found.guidance else None,
                guidance_source=found.guidance_source,
                reason=found.reason,
            )
            for found in report.standards
        ),
    )
    change.add_all(
        KeyQuestionResult,
        (
            KeyQuestionResult(
                inspection=inspection,
                key_question=questions[found.number],
                percentage=found.percentage,
            )
            for found in report.key_questions
        ),
    )
