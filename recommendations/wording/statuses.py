"""The four statuses of a recommendation in words, and the reasons why a claim is unsupported."""

from datetime import date
from typing import Any

from django.db.models import Case, OuterRef, Subquery, Value, When

from recommendations import workflow
from recommendations.models import Answer, Evidence, Judgement, Measure, Reading, User, Verdict
from recommendations.models.action import ScheduleStatus
from recommendations.models.base import late_in_words
from recommendations.models.measure import figure_in_words
from recommendations.queries.statuses import (
    NO_RECENT_UPDATE_AFTER,
    AcceptedLevel,
    UnsupportedClaimReason,
    with_kept_statuses,
    with_statuses_as_of,
)
from recommendations.queries.visibility import reaches
from recommendations.wording.dates import day

NOT_YOURS = "Only for people whose role covers the owner"
NO_UNSUPPORTED_CLAIM = "None"


def standing_for(rows: Any, user: User, *, on: date, as_of: date | None = None) -> Any:
    """Annotate the statuses of `on`, and whether the role of `user` covers the owner.

    With `as_of`, only rows recorded by the end of that past day, with the statuses of then.
    """
    owners = Case(When(reaches(user, "owner"), then=Value(True)), default=Value(False))
    scale = Judgement.objects.filter(
        framework=OuterRef("inspection__framework"), code=OuterRef("fact_judgement")
    )
    stood = with_statuses_as_of(rows, day=as_of) if as_of else with_kept_statuses(rows, on=on)
    return stood.annotate(reads_standing=owners, judgement_name=Subquery(scale.values("name")[:1]))


def evidence_words(row: Any) -> str:
    return str(AcceptedLevel(row.evidence_level).label) if row.reads_standing else NOT_YOURS


def schedule_words(row: Any) -> str:
    """ "Overdue by 12 days", and "by 103 days against the first date" where that is more; and silence."""
    if not row.reads_standing:
        return NOT_YOURS
    late, first = row.late_by or 0, row.late_by_original or 0
    words = late_in_words(late) if late else str(ScheduleStatus(row.schedule_status).label)
    if first and first > late:
        words += f", {first} days past the first date"
    if row.no_recent_update:
        words += f". No update for {NO_RECENT_UPDATE_AFTER.days} days"
    return words


def judgement_words(row: Any) -> str:
    return row.judgement_name or "Not reviewed" if row.reads_standing else NOT_YOURS


# For lists, where the full sentence does not fit.
SHORT = {
    UnsupportedClaimReason.JUDGED_SHORT: "Judged short",
    UnsupportedClaimReason.NOTHING_ABOVE_OUTPUT: "Nothing above output",
    UnsupportedClaimReason.MEASURE_NOT_MOVED: "No clear change",
}


def reasons_in_short(row: Any) -> str:
    if not row.reads_standing:
        return NOT_YOURS
    return (
        ", ".join(words for reason, words in SHORT.items() if getattr(row, f"unsupported_{reason.value}"))
        or NO_UNSUPPORTED_CLAIM
    )


def reason_words(row: Any) -> list[str]:
    """A sentence for each reason why the claim is unsupported."""
    if not row.reads_standing:
        return []
    return [
        str(reason.label) for reason in UnsupportedClaimReason if getattr(row, f"unsupported_{reason.value}")
    ]


def statuses_in_words(row: Any) -> list[tuple[str, str]]:
    """The four statuses as pairs of name and words. `row` was annotated by `standing_for`."""
    return [
        ("Status", row.get_status_display()),
        ("Evidence", evidence_words(row)),
        ("Schedule", schedule_words(row)),
        ("Inspector’s judgement", judgement_words(row)),
    ]


def reasons_or_none(row: Any) -> list[str]:
    """The reasons why the claim is unsupported, or a sentence that says why none is shown."""
    return reason_words(row) or ([NO_UNSUPPORTED_CLAIM] if row.reads_standing else [NOT_YOURS])


def titles_today(*claims: dict[str, Any]) -> dict[int, str]:
    """The titles of the evidence in these claims as they are now: a redacted one is kept nowhere else."""
    pieces = {one["id"] for claim in claims for one in claim["evidence"]}
    return dict(Evidence.objects.filter(pk__in=pieces).values_list("pk", "title"))


def claim_in_words(claim: dict[str, Any], titles: dict[int, str]) -> list[tuple[str, str]]:
    """The claim that a review keeps, as pairs of name and words; `titles` as of `titles_today`."""
    states = workflow.RECOMMENDATION.states
    actions = [f"{one['label']} {workflow.ACTION.states[one['status']].lower()}" for one in claim["actions"]]
    evidence = [
        f"{titles.get(one['id'], 'Evidence')} ({one['kind']}, {Verdict(one['verdict']).label.lower()})"
        for one in claim["evidence"]
    ]
    return [
        ("Status", states[claim["status"]]),
        ("Outcome claimed", claim["outcome"] or "None"),
        ("Response", str(dict(Answer.choices).get(claim["response"], "None"))),
        ("Evidence", str(AcceptedLevel(claim["evidence_status"]).label)),
        ("Schedule", str(ScheduleStatus(claim["schedule_status"]).label)),
        ("Actions", "; ".join(actions) or "None"),
        ("Pieces of evidence", "; ".join(evidence) or "None"),
    ]


def reading_in_words(reading: Reading) -> str:
    """ "52 per cent (26 out of 50), 4 June 2026: improved. Case audit"."""
    figure = Measure(
        unit=reading.measure.unit, value=reading.value, n=reading.n, out_of=reading.out_of, qualifier=""
    )
    words = f"{figure_in_words(figure)}, {day(reading.taken_on)}: {reading.get_movement_display().lower()}"
    return f"{words}. {reading.source}"
