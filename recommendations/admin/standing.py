"""The four statuses of a recommendation in words, side by side, and the gap between them."""

from typing import Any

from django.db.models import Case, OuterRef, Subquery, Value, When
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from recommendations.models import Judgement
from recommendations.models.action import ScheduleStatus
from recommendations.models.base import late_in_words
from recommendations.models.scope import reaches
from recommendations.models.standing import SILENT_AFTER, EvidenceStatus, Gap

NOT_YOURS = "For those who reach the owner"
NO_GAP = "None"


def standing_for(rows: Any, user: Any) -> Any:
    """Annotate the statuses of today, and whether `user` may read more of them than the official one."""
    owners = Case(When(reaches(user, "owner"), then=Value(True)), default=Value(False))
    scale = Judgement.objects.filter(
        framework=OuterRef("inspection__framework"), code=OuterRef("fact_judgement")
    )
    return rows.with_kept_standing(on=timezone.localdate()).annotate(
        reads_standing=owners, judgement_name=Subquery(scale.values("name")[:1])
    )


def evidence_words(row: Any) -> str:
    return str(EvidenceStatus(row.evidence_status).label) if row.reads_standing else NOT_YOURS


def schedule_words(row: Any) -> str:
    """ "Overdue by 12 days", and "by 103 days against the first date" where that is more; and silence."""
    if not row.reads_standing:
        return NOT_YOURS
    late, first = row.late_by or 0, row.late_by_original or 0
    words = late_in_words(late) if late else str(ScheduleStatus(row.schedule_status).label)
    if first and first > late:
        words += f", {first} days past the first date"
    if row.silent:
        words += f". Silent: no update for {SILENT_AFTER.days} days"
    return words


def judgement_words(row: Any) -> str:
    return row.judgement_name or "Not reviewed" if row.reads_standing else NOT_YOURS


# In a list, where the sentence would not fit.
SHORT = {
    Gap.JUDGED_SHORT: "Judged short",
    Gap.NOTHING_ABOVE_OUTPUT: "Nothing above output",
    Gap.MEASURE_NOT_MOVED: "Measure not moved",
}


def gaps_in_short(row: Any) -> str:
    if not row.reads_standing:
        return NOT_YOURS
    return ", ".join(words for gap, words in SHORT.items() if getattr(row, f"gap_{gap.value}")) or NO_GAP


def gap_words(row: Any) -> list[str]:
    """A sentence for each gap; none where there is none."""
    if not row.reads_standing:
        return []
    return [str(gap.label) for gap in Gap if getattr(row, f"gap_{gap.value}")]


def four_statuses(row: Any) -> SafeString:
    """The statuses as a block of a page. `row` was annotated by `standing_for`."""
    return render_to_string(
        "admin/standing.html",
        {
            "statuses": [
                ("Official status", row.get_status_display()),
                ("Evidence", evidence_words(row)),
                ("Schedule", schedule_words(row)),
                ("Inspector’s judgement", judgement_words(row)),
            ],
            "gaps": gap_words(row) or ([NO_GAP] if row.reads_standing else [NOT_YOURS]),
        },
    )
