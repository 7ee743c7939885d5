"""A piece of evidence in words: its place, its day, and who attached and judged it."""

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html

from recommendations.models import Evidence
from recommendations.wording.dates import day, person


def where_it_is(evidence: Evidence) -> str:
    """The file with its size, the link as a link, or the reference of the document."""
    if evidence.redacted_at:
        return "Redacted"
    if evidence.is_file:
        return f"File {evidence.file_name} ({filesizeformat(evidence.size or 0)})"
    if evidence.url:
        return format_html('<a href="{0}">{0}</a>', evidence.url)
    return evidence.document_reference


def attached_in_words(evidence: Evidence) -> str:
    return f"{day(timezone.localdate(evidence.attached_at))}, by {person(evidence.attached_by)}"


def judged_by(evidence: Evidence) -> str:
    if evidence.judged_at is None:
        return "No verdict yet"
    return f"{person(evidence.judged_by)}, {day(timezone.localdate(evidence.judged_at))}"


def valid_until(evidence: Evidence) -> str:
    return day(evidence.expires) if evidence.expires else "Does not expire"
