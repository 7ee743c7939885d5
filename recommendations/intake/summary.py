"""Summarises a report in lines that a person can compare with the printed copy."""

from recommendations.framework import Method
from recommendations.intake.report_data import Report


def summary(report: Report, reference: str, method: Method) -> list[str]:
    """Return about a dozen lines: title, ratings, differences from guidance, recommendations."""
    names = {rating.code: rating.name for rating in method.ratings}
    return [
        f"{reference}  {report.title}",
        f"  {report.inspectorate}, {report.published_latest:%B %Y}, ISBN {report.isbn}",
        f"  {report.region}; fieldwork from {report.fieldwork_started or 'an unknown day'};"
        f" {report.sample_size or 'an unknown number of'} cases",
        f"  Score {report.score} of {report.score_out_of}: {names[report.overall]};"
        f" {len(report.standards)} standards rated, {len(report.key_questions)} key questions answered",
        *(
            f"  {found.number}: guidance gives {names[found.guidance]}, awarded {names[found.awarded]}"
            for found in report.standards
            if found.guidance and found.guidance != found.awarded
        ),
        *(f"  {found.number}. {found.addressee} should {found.text}" for found in report.recommendations),
    ]
