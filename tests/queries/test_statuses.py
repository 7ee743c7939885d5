"""The four statuses of a recommendation, and whether its claim is supported.

Each rule on its boundary day; then that what history says of a past day is what was said on that day.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from recommendations.errors import DomainError
from recommendations.models import Action, Inspection, Measure, Recommendation, RecommendationHistory, Review
from recommendations.models.history import FACTS
from recommendations.operations.actions import revise_action
from recommendations.operations.ownership import change_owner
from recommendations.operations.readings import add_reading
from recommendations.operations.redaction import redact
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.queries.statuses import with_facts, with_statuses, with_statuses_as_of
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import (
    OUTCOME,
    REASON,
    attach,
    enough,
    fresh,
    judge,
    plan,
    reach,
    take,
    update,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ANSWERS = [
    "status_on_day",
    "evidence_level",
    "schedule_status",
    "late_by",
    "late_by_original",
    "no_recent_update",
    "judgement",
    "unsupported_claim",
    "unsupported_judged_short",
    "unsupported_nothing_above_output",
    "unsupported_measure_not_moved",
]


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def unmeasured(bsg: Inspection) -> Recommendation:
    """A recommendation of the PDU without a measure that has a direction."""
    directed = Measure.objects.exclude(better="").values("recommendation")
    return bsg.recommendations.exclude(pk__in=directed).get(number=8)


def standing(row: Recommendation, on: date = TODAY) -> Any:
    return with_statuses(Recommendation.objects.all(), on=on).get(pk=row.pk)


def review(row: Recommendation, by: Any, judgement: str, **given: Any) -> Review:
    plain = {"narrative": "Seen.", "at": NOW}
    return record_review(recommendation=row, judgement=judgement, **{**plain, **given}, by=by)


# Evidence


def test_before_any_verdict_there_is_no_evidence(recommendation: Recommendation, people: People) -> None:
    attach(recommendation, people.contributor, level="outcome")
    assert standing(recommendation).evidence_level == "none"


@pytest.mark.parametrize("kind", ["output", "practice", "outcome"])
def test_accepted_evidence_stands_on_its_rung_and_rejected_on_none(
    kind: str, recommendation: Recommendation, people: People
) -> None:
    piece = attach(recommendation, people.contributor, level=kind)
    judge(piece, people.assurer)
    assert standing(recommendation).evidence_level == kind
    judge(piece, people.assurer, "rejected")
    assert standing(recommendation).evidence_level == "none"


def test_the_highest_rung_counts(recommendation: Recommendation, people: People) -> None:
    for kind in ("practice", "outcome", "output"):
        judge(attach(recommendation, people.contributor, level=kind), people.assurer)
    assert standing(recommendation).evidence_level == "outcome"


def test_evidence_counts_to_the_end_of_its_last_day(recommendation: Recommendation, people: People) -> None:
    judge(attach(recommendation, people.contributor, level="output"), people.assurer)
    last = TODAY + 10 * DAY
    judge(attach(recommendation, people.contributor, level="outcome", expires=last), people.assurer)
    assert standing(recommendation, last).evidence_level == "outcome"
    assert standing(recommendation, last + DAY).evidence_level == "output"


def test_evidence_of_an_action_counts_for_its_recommendation(
    recommendation: Recommendation, people: People
) -> None:
    action = plan(recommendation, people.contributor)
    judge(attach(action, people.contributor), people.assurer)
    assert standing(recommendation).evidence_level == "practice"


# Schedule

DUE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("on", "status", "late"),
    [
        (DUE - 31 * DAY, "on_time", None),
        (DUE - 30 * DAY, "due_soon", None),
        (DUE, "due_soon", None),
        (DUE + DAY, "overdue", 1),
        (DUE + 40 * DAY, "overdue", 40),
    ],
    ids=["31 days before", "30 days before", "due today", "the day after", "40 days after"],
)
def test_the_schedule_on_each_boundary(
    on: date, status: str, late: int | None, recommendation: Recommendation, people: People
) -> None:
    plan(recommendation, people.contributor, target_date="June 2026")
    row = standing(recommendation, on)
    assert (row.schedule_status, row.late_by, row.late_by_original) == (status, late, late)


def test_without_a_dated_open_action_there_is_no_date(recommendation: Recommendation, people: People) -> None:
    assert standing(recommendation).schedule_status == "no_date"
    plan(recommendation, people.contributor, target_date="Ongoing")
    assert standing(recommendation).schedule_status == "no_date"


def test_it_is_due_when_its_earliest_open_action_is(recommendation: Recommendation, people: People) -> None:
    plan(recommendation, people.contributor, target_date="30 September 2026")
    early = plan(recommendation, people.contributor, target_date="30 June 2026")
    plan(recommendation, people.contributor, target_date="Ongoing")
    assert standing(recommendation, DUE + DAY).schedule_status == "overdue"
    reach(early, "closed", people)
    assert standing(recommendation, DUE + DAY).schedule_status == "on_time"


def test_it_is_as_late_as_its_latest_open_action(recommendation: Recommendation, people: People) -> None:
    """The most overdue of them: a later one that is overdue too takes nothing away."""
    plan(recommendation, people.contributor, target_date="30 June 2026")
    plan(recommendation, people.contributor, target_date="31 July 2026")
    assert standing(recommendation, date(2026, 8, 10)).late_by == 41


def test_against_the_original_it_stays_late_when_the_target_moves(
    recommendation: Recommendation, people: People
) -> None:
    action = plan(recommendation, people.contributor, target_date="30 June 2026")
    revise_target(
        action=action,
        version=1,
        target_date="30 September 2026",
        reason=REASON,
        by=people.contributor,
        at=NOW,
    )
    row = standing(recommendation, DUE + 5 * DAY)
    assert (row.schedule_status, row.late_by, row.late_by_original) == ("on_time", None, 5)


@pytest.mark.parametrize("state", ["closed", "superseded"])
def test_what_has_ended_is_neither_overdue_nor_silent(
    state: str, recommendation: Recommendation, people: People
) -> None:
    """However long after, and whatever was due."""
    reach(recommendation, state, people)
    row = standing(recommendation, TODAY + 500 * DAY)
    assert (row.schedule_status, row.late_by, row.late_by_original, row.no_recent_update) == (
        "ended",
        None,
        None,
        False,
    )


def test_what_is_not_agreed_is_neither_overdue_nor_silent_though_an_action_was_planned(
    recommendation: Recommendation, people: People
) -> None:
    plan(recommendation, people.contributor, target_date="30 June 2026")
    reach(recommendation, "not_agreed", people)
    row = standing(recommendation, TODAY + 500 * DAY)
    assert (row.schedule_status, row.late_by, row.no_recent_update) == ("ended", None, False)


# Silence


def test_silence_is_counted_from_publication_where_nothing_was_heard(
    recommendation: Recommendation, bsg: Inspection
) -> None:
    published = bsg.published_latest
    assert not standing(recommendation, published + 89 * DAY).no_recent_update
    assert standing(recommendation, published + 90 * DAY).no_recent_update


def test_silence_is_counted_from_the_response(recommendation: Recommendation, people: People) -> None:
    take(recommendation, "respond", people.contributor, answer="agreed", dated=date(2023, 7, 1))
    assert not standing(recommendation, TODAY + 89 * DAY).no_recent_update
    assert standing(recommendation, TODAY + 90 * DAY).no_recent_update


def test_silence_is_counted_from_the_last_update_of_it_or_of_any_action(
    recommendation: Recommendation, people: People
) -> None:
    reach(recommendation, "in_progress", people)
    action = plan(recommendation, people.contributor)
    update(recommendation, people.contributor, at=NOW + 10 * DAY)
    update(action, people.contributor, at=NOW + 20 * DAY)
    assert not standing(recommendation, TODAY + 109 * DAY).no_recent_update
    assert standing(recommendation, TODAY + 110 * DAY).no_recent_update


def test_an_update_is_heard_on_the_day_it_is_made_and_not_on_that_of_which_it_speaks(
    recommendation: Recommendation, people: People
) -> None:
    update(recommendation, people.contributor, dated=date(2023, 9, 1))
    assert not standing(recommendation, TODAY + 89 * DAY).no_recent_update


def test_an_update_that_was_said_before_a_second_answer_is_what_counts(
    recommendation: Recommendation, people: People
) -> None:
    """The last update, else the response: an answer after it breaks no silence."""
    update(recommendation, people.contributor)
    take(recommendation, "respond", people.contributor, answer="agreed", at=NOW + 50 * DAY)
    assert standing(recommendation, TODAY + 90 * DAY).no_recent_update


# Judgement and gap


def test_the_latest_review_is_the_judgement(recommendation: Recommendation, people: People) -> None:
    assert standing(recommendation).judgement == ""
    review(recommendation, people.inspector, "good_progress")
    review(recommendation, people.inspector, "insufficient_progress", dated=TODAY - DAY)
    assert standing(recommendation).judgement == "good_progress"


CLAIMED = ["submitted", "closed"]


@pytest.mark.parametrize("state", CLAIMED)
@pytest.mark.parametrize(
    ("judgement", "unsupported_claim"),
    [
        ("no_meaningful_progress", True),
        ("insufficient_progress", True),
        ("reasonable_progress", False),
        ("good_progress", False),
        ("not_followed_up", False),
    ],
)
def test_claimed_and_judged_short_is_a_gap(
    state: str, judgement: str, unsupported_claim: bool, recommendation: Recommendation, people: People
) -> None:
    row = reach(recommendation, state, people)
    review(row, people.inspector, judgement)
    assert standing(row).unsupported_judged_short is unsupported_claim


def test_a_review_that_follows_nothing_up_takes_no_judgement_back(
    recommendation: Recommendation, people: People
) -> None:
    row = reach(recommendation, "submitted", people)
    review(row, people.inspector, "insufficient_progress")
    review(row, people.inspector, "not_followed_up")
    assert standing(row).unsupported_judged_short


@pytest.mark.parametrize("state", CLAIMED)
@pytest.mark.parametrize(
    ("kind", "unsupported_claim"), [("output", True), ("practice", False), ("outcome", False)]
)
def test_claimed_with_nothing_above_output_is_a_gap(
    state: str, kind: str, unsupported_claim: bool, recommendation: Recommendation, people: People
) -> None:
    row = reach(recommendation, "in_progress", people)
    judge(attach(row, people.contributor, level=kind), people.assurer)
    take(row, "submit", people.contributor, outcome=OUTCOME)
    if state == "closed":
        take(row, "close", people.assurer, **enough(fresh(row), "close"))
    assert standing(row).unsupported_nothing_above_output is unsupported_claim


def test_a_gap_opens_on_the_day_after_the_evidence_expires(
    recommendation: Recommendation, people: People
) -> None:
    row = reach(recommendation, "in_progress", people)
    judge(attach(row, people.contributor, expires=TODAY + DAY), people.assurer)
    take(row, "submit", people.contributor, outcome=OUTCOME)
    assert not standing(row, TODAY + DAY).unsupported_nothing_above_output
    assert standing(row, TODAY + 2 * DAY).unsupported_nothing_above_output


def read(measure: Measure, by: Any, n: int, out_of: int, **given: Any) -> None:
    plain = {"taken_on": TODAY, "source": "Case audit", "at": NOW}
    add_reading(measure=measure, n=n, out_of=out_of, **{**plain, **given}, by=by)


@pytest.fixture
def one_measure(recommendation: Recommendation) -> Measure:
    """The count of missing home visits, 36 of 59, as the only measure of the recommendation."""
    kept = recommendation.measures.get(n=36, out_of=59)
    recommendation.measures.exclude(pk=kept.pk).update(better="")
    return kept


@pytest.mark.parametrize(
    ("counts", "unsupported_claim"),
    [([], True), ([(35, 60)], True), ([(58, 60)], True), ([(5, 60)], False), ([(5, 60), (35, 60)], True)],
    ids=["not read", "not shown", "worse", "moved", "moved and back"],
)
def test_claimed_while_a_measure_has_not_moved_is_a_gap(
    counts: list[tuple[int, int]],
    unsupported_claim: bool,
    recommendation: Recommendation,
    one_measure: Measure,
    people: People,
) -> None:
    row = reach(recommendation, "submitted", people)
    for n, out_of in counts:
        read(one_measure, people.contributor, n, out_of)
    assert standing(row).unsupported_measure_not_moved is unsupported_claim


def test_the_latest_reading_is_that_of_the_latest_day(
    recommendation: Recommendation, one_measure: Measure, people: People
) -> None:
    row = reach(recommendation, "submitted", people)
    read(one_measure, people.contributor, 5, 60)
    read(one_measure, people.contributor, 35, 60, taken_on=TODAY - DAY)
    assert not standing(row).unsupported_measure_not_moved


def test_a_recommendation_with_nothing_to_measure_has_no_gap_of_measures(
    unmeasured: Recommendation, people: People
) -> None:
    take(unmeasured, "respond", people.national, answer="agreed")
    judge(attach(unmeasured, people.national), people.assurer)
    take(unmeasured, "submit", people.national, outcome=OUTCOME)
    row = standing(unmeasured)
    assert (row.unsupported_claim, row.unsupported_measure_not_moved) == (False, False)


def test_what_is_not_claimed_has_no_gap(recommendation: Recommendation, people: People) -> None:
    row = reach(recommendation, "in_progress", people)
    review(row, people.inspector, "no_meaningful_progress")
    found = standing(row)
    assert (
        found.unsupported_claim,
        found.unsupported_judged_short,
        found.unsupported_nothing_above_output,
        found.unsupported_measure_not_moved,
    ) == (
        False,
        False,
        False,
        False,
    )


# History: the facts as the rows give them, after every kind of write


def facts_hold() -> bool:
    names = [f"fact_{name}" for name in FACTS]
    present = {row["pk"]: row for row in with_facts(Recommendation.objects.all()).values("pk", *names)}
    kept = {row.recommendation_id: row for row in RecommendationHistory.objects.filter(valid_to=None)}
    return set(present) == set(kept) and all(
        getattr(kept[pk], name) == row[f"fact_{name}"] for pk, row in present.items() for name in FACTS
    )


Write = Callable[[Recommendation, SimpleNamespace, SimpleNamespace], Any]


def _revised(rec: Recommendation, people: People) -> Any:
    action = plan(rec, people.contributor, target_date="June 2026")
    given = {"target_date": "July 2026", "reason": REASON, "by": people.contributor, "at": NOW}
    return revise_action(action=action, version=1, **given)


def _owned(rec: Recommendation, people: People, bodies: Bodies) -> Any:
    row = fresh(rec)
    given = {"owner": bodies.sibling, "reason": REASON, "by": people.inspector, "at": NOW}
    return change_owner(recommendation=row, version=row.version, **given)


def _redacted(rec: Recommendation, people: People) -> Any:
    piece = judge(attach(rec, people.contributor), people.assurer)
    return redact(row=piece, reason=REASON, by=people.administrator, at=NOW)


WRITES: dict[str, Write] = {
    "respond": lambda rec, people, bodies: reach(rec, "in_progress", people),
    "disagree": lambda rec, people, bodies: reach(rec, "not_agreed", people),
    "plan": lambda rec, people, bodies: plan(rec, people.contributor, target_date="June 2026"),
    "revise": lambda rec, people, bodies: _revised(rec, people),
    "update": lambda rec, people, bodies: update(rec, people.contributor, at=NOW + DAY),
    "close": lambda rec, people, bodies: reach(rec, "closed", people),
    "close an action": lambda rec, people, bodies: reach(plan(rec, people.contributor), "closed", people),
    "accept": lambda rec, people, bodies: judge(attach(rec, people.contributor), people.assurer),
    "supersede": lambda rec, people, bodies: reach(rec, "superseded", people),
    "read": lambda rec, people, bodies: read(rec.measures.get(n=36, out_of=59), people.contributor, 5, 60),
    "review": lambda rec, people, bodies: review(rec, people.inspector, "insufficient_progress"),
    "change the owner": _owned,
    "redact": lambda rec, people, bodies: _redacted(rec, people),
}


@pytest.mark.parametrize("write", WRITES)
def test_after_every_kind_of_write_the_open_row_of_history_holds_the_facts(
    write: str, recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    began = RecommendationHistory.objects.filter(recommendation=recommendation).count()
    WRITES[write](recommendation, people, bodies)
    assert facts_hold()
    assert RecommendationHistory.objects.filter(recommendation=recommendation).count() > began


def test_a_fact_that_drifts_is_found(recommendation: Recommendation) -> None:
    """The comparison itself can fail."""
    assert facts_hold()
    RecommendationHistory.objects.filter(recommendation=recommendation).update(open_actions=7)
    assert not facts_hold()


def test_history_is_a_line_without_gap_or_overlap(recommendation: Recommendation, people: People) -> None:
    for day in range(3):
        update(recommendation, people.contributor, at=NOW + day * DAY)
    rows = list(recommendation.history.order_by("valid_from", "pk"))
    assert len(rows) >= 3
    assert [row.valid_to for row in rows] == [row.valid_from for row in rows[1:]] + [None]


# As of a past day


def said(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ANSWERS}


def now_said(on: date) -> dict[int, dict[str, Any]]:
    return {row.pk: said(row) for row in with_statuses(Recommendation.objects.all(), on=on)}


def history_said(day: date) -> dict[int, dict[str, Any]]:
    return {row.pk: said(row) for row in with_statuses_as_of(Recommendation.objects.all(), day=day)}


def test_before_anything_was_recorded_there_is_nothing() -> None:
    assert history_said(TODAY - DAY) == {}
    assert len(history_said(TODAY)) == 9


def test_a_change_at_midnight_belongs_to_the_new_day(recommendation: Recommendation, people: People) -> None:
    """In summer, when midnight in London is 23:00 UTC."""
    last, first = datetime(2026, 6, 30, 22, 59, 59, 999999, UTC), datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    take(recommendation, "respond", people.contributor, at=last, answer="not_agreed", reason=REASON)
    take(recommendation, "respond", people.contributor, at=first, answer="agreed")
    asked = (date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1))
    assert [history_said(day)[recommendation.pk]["status_on_day"] for day in asked] == [
        "awaiting_response",
        "not_agreed",
        "in_progress",
    ]


class Telling:
    """Random work on two recommendations by whoever may do it, day after day."""

    def __init__(self, seed: int, bsg: Inspection, people: People, bodies: Bodies) -> None:
        self.draw, self.people, self.bodies = random.Random(seed), people, bodies  # noqa: S311
        self.recommendations = list(bsg.recommendations.filter(number__in=[1, 2]))
        self.deeds = [
            self.steps,
            self.steps,
            self.steps,
            self.plans,
            self.attaches,
            self.judges,
            self.judges,
            self.updates,
            self.moves,
            self.reads,
            self.reviews,
            self.redacts,
        ]

    def day(self, at: datetime) -> None:
        """Up to four deeds; those that are refused leave nothing, as they should."""
        for _ in range(self.draw.randrange(5)):
            at += timedelta(hours=self.draw.randrange(3), minutes=1)
            try:
                self.draw.choice(self.deeds)(fresh(self.draw.choice(self.recommendations)), at)
            except DomainError:
                continue

    def subject(self, row: Recommendation) -> Recommendation | Action:
        actions = list(row.actions.all())
        return self.draw.choice([row, *actions])

    def steps(self, row: Recommendation, at: datetime) -> None:
        subject = self.subject(row)
        if subject.status == "awaiting_response":
            take(subject, "respond", self.people.contributor, at=at, answer="agreed")
            return
        steps = ["start", "submit", "withdraw", "return", "close", "decline", "accept_decline", "reopen"]
        step = self.draw.choice(
            steps if isinstance(subject, Action) else ["submit", "close", "return", "reopen"]
        )
        who = "assurer" if step in {"return", "close", "accept_decline", "reopen"} else "contributor"
        take(subject, step, getattr(self.people, who), at=at, **enough(subject, step))

    def plans(self, row: Recommendation, at: datetime) -> None:
        words = self.draw.choice(
            ["Ongoing", "", "15 March 2026", "March 2026", "10 April 2026", "spring 2026"]
        )
        plan(row, self.people.contributor, at=at, target_date=words)

    def attaches(self, row: Recommendation, at: datetime) -> None:
        expires = self.draw.choice([None, None, at.date() + self.draw.randrange(20) * DAY])
        kind = self.draw.choice(["output", "practice", "outcome"])
        attach(self.subject(row), self.people.contributor, at=at, level=kind, expires=expires)

    def judges(self, row: Recommendation, at: datetime) -> None:
        pieces = list(row.evidence.filter(redacted_at=None))
        if pieces:
            verdict = self.draw.choice(["accepted", "accepted", "rejected"])
            judge(self.draw.choice(pieces), self.people.assurer, verdict, at=at)

    def updates(self, row: Recommendation, at: datetime) -> None:
        update(self.subject(row), self.people.contributor, at=at)

    def moves(self, row: Recommendation, at: datetime) -> None:
        actions = list(row.actions.all())
        if actions:
            action = self.draw.choice(actions)
            words = self.draw.choice(["20 March 2026", "April 2026", "Ongoing"])
            given = {"target_date": words, "reason": REASON, "by": self.people.contributor, "at": at}
            revise_target(action=action, version=action.version, **given)

    def reads(self, row: Recommendation, at: datetime) -> None:
        measure = row.measures.exclude(n=None).exclude(better="").first()
        if measure:
            n = self.draw.randrange(61)
            read(measure, self.people.contributor, n, 60, at=at, taken_on=at.date())

    def reviews(self, row: Recommendation, at: datetime) -> None:
        code = self.draw.choice(["no_meaningful_progress", "good_progress", "not_followed_up"])
        review(row, self.people.inspector, code, at=at)

    def redacts(self, row: Recommendation, at: datetime) -> None:
        piece = row.evidence.filter(redacted_at=None).first()
        if piece and self.draw.random() < 0.3:
            redact(row=piece, reason=REASON, by=self.people.administrator, at=at)


def as_of_every_day_is_what_was_said_that_day(
    seed: int, days: int, bsg: Inspection, people: People, bodies: Bodies
) -> None:
    telling, remembered = Telling(seed, bsg, people, bodies), {}
    for number in range(days):
        # Every day, then every other: evidence expires and targets pass between them.
        at = NOW + (number + max(0, number - 8)) * DAY
        telling.day(at)
        remembered[at.date()] = now_said(at.date())
        assert facts_hold()
    assert {day: history_said(day) for day in remembered} == remembered
    # As if only history were there: the rows themselves now say something else.
    Recommendation.objects.update(status="awaiting_response", outcome="")
    Action.objects.update(target_latest=None, target_earliest=None, target_precision="none")
    assert {day: history_said(day) for day in remembered} == remembered
    assert len({str(answer) for answer in remembered.values()}) > days / 3


@pytest.mark.parametrize("seed", [1, 2])
def test_as_of_a_past_day_is_what_was_said_on_that_day(
    seed: int, bsg: Inspection, people: People, bodies: Bodies
) -> None:
    as_of_every_day_is_what_was_said_that_day(seed, 14, bsg, people, bodies)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_as_of_a_past_day_is_what_was_said_on_that_day_over_a_long_time(
    seed: int, bsg: Inspection, people: People, bodies: Bodies
) -> None:
    as_of_every_day_is_what_was_said_that_day(seed, 120, bsg, people, bodies)
