"""Random work by many people, valid and not: what must hold after every step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from recommendations import roles
from recommendations.errors import DomainError
from recommendations.models import (
    Action,
    Event,
    Evidence,
    Inspection,
    Membership,
    OrganisationPath,
    ProgressUpdate,
    Recommendation,
    RecordHead,
    Response,
    Review,
    TargetRevision,
    User,
)
from recommendations.operations.accounts import end_role
from recommendations.operations.ownership import change_owner
from recommendations.operations.readings import add_reading
from recommendations.operations.redaction import redact
from recommendations.operations.replay import replay
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.operations.verification import verify
from recommendations.record.chain import ChainVerifier
from tests.factories import NOW, Bodies, People
from tests.operations.test_transitions import ACTION, RECOMMENDATION, ROLE
from tests.operations.work import (
    OUTCOME,
    REASON,
    also,
    attach,
    enough,
    fresh,
    judge,
    person,
    plan,
    take,
    update,
)
from tests.queries.test_statuses import facts_hold
from tests.sizes import sized

pytestmark = pytest.mark.django_db

PEOPLE = [
    "contributor",
    "regional",
    "national",
    "partner",
    "assurer",
    "inside",
    "two_hats",
    "inspector",
    "administrator",
]
WORKERS = [*PEOPLE[:4], "two_hats"]
FOR_ROLE = {
    "contributor": WORKERS,
    "assurer": ["assurer", "inside", "two_hats"],
    "inspector": ["inspector"],
}
TABLES: dict[type, dict[tuple[str, str], tuple[str, str]]] = {Recommendation: RECOMMENDATION, Action: ACTION}
TARGETS = ["", "Ongoing", "10 March 2026", "March 2026", "summer 2026", "winter 2026"]
WORDS = st.sampled_from(["", "  ", REASON, OUTCOME])
# What a refused operation must leave as it was.
TABLES_OF_WORK = (
    Recommendation,
    Action,
    Evidence,
    ProgressUpdate,
    Response,
    Review,
    TargetRevision,
    Membership,
)


class Rulebook(RuleBasedStateMachine):
    """Each example works in a transaction of its own, which is undone."""

    people: ClassVar[dict[str, User]]
    numbers: ClassVar[dict[int, int]]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.at: datetime = NOW
        self.did: dict[int, set[int]] = {pk: set() for pk in self.numbers.values()}
        self.walk = ChainVerifier()
        list(self.walk.verified(Event.objects.links()))
        self.versions: dict[tuple[str, int], int] = {}
        self.originals: dict[int, Any] = {}
        self.succeeded = self.refused = 0

    def teardown(self) -> None:
        try:
            assert (verify().broken, replay().differences) == ("", [])
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize()
    def two_are_under_way(self) -> None:
        for number, who in ((1, "contributor"), (8, "national")):
            row = self.recommendation(number)
            self.attempt(who, lambda by, row=row: take(row, "respond", by, at=self.at, answer="agreed"), row)
            self.attempt(who, lambda by, row=row: plan(row, by, at=self.at, target_date="March 2026"), row)

    # What is worked on

    def recommendation(self, number: int) -> Recommendation:
        return Recommendation.objects.select_related("inspection", "owner").get(pk=self.numbers[number])

    def subject(self, number: int, place: int) -> Recommendation | Action:
        rows = [self.recommendation(number), *Action.objects.filter(recommendation=self.numbers[number])]
        return rows[place % len(rows)]

    def attempt(self, who: str, deed: Callable[[User], Any], row: Any = None, *, works: bool = True) -> Any:
        """Do it as `who`: one event if it succeeds; nothing at all is written if it is refused."""
        user, before = self.people[who], self.fingerprint()
        sequence, statuses = self.sequence(), self.statuses()
        try:
            done = deed(user)
        except DomainError:
            assert self.fingerprint() == before
            assert self.sequence() == sequence
            self.refused += 1
            return None
        assert self.sequence() == sequence + 1
        self.succeeded += 1
        event = Event.objects.get(sequence=sequence + 1)
        assert event.actor == user
        self.judge_the_changes(statuses, event.verb)
        if works and row is not None:
            self.did[row.recommendation_id if isinstance(row, Action) else row.pk].add(user.pk)
        return done

    def judge_the_changes(self, before: dict[tuple[type, int], str], verb: str) -> None:
        """No status changed but by a step of the table, and only that of one row."""
        after = self.statuses()
        changed = {key for key in before if after[key] != before[key]}
        assert len(changed) <= 1
        for key in changed:
            target, _ = TABLES[key[0]][before[key], verb]
            assert after[key] == target or (verb, after[key]) == ("respond", "not_agreed")

    def sequence(self) -> int:
        return RecordHead.objects.get(pk=1).sequence

    def statuses(self) -> dict[tuple[type, int], str]:
        return {
            (model, pk): status
            for model in (Recommendation, Action)
            for pk, status in model._default_manager.values_list("pk", "status")
        }

    def fingerprint(self) -> list[Any]:
        return [list(model._default_manager.order_by("pk").values_list()) for model in TABLES_OF_WORK]

    # What people do

    numbered = st.sampled_from([1, 1, 8])
    anybody = st.sampled_from(PEOPLE)
    worker = st.sampled_from(WORKERS)
    place = st.integers(0, 3)

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 9]))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(number=numbered, place=place, way=st.integers(0, 9), who=st.integers(0, 4))
    def a_step_of_the_table(self, number: int, place: int, way: int, who: int) -> None:
        """A step that may follow, by somebody of the role, with all that is to be stated."""
        row = self.subject(number, place)
        ways = [step for state, step in TABLES[type(row)] if state == row.status and step != "supersede"]
        if ways:
            step = ways[way % len(ways)]
            people = FOR_ROLE[ROLE[step]]
            self.take(people[who % len(people)], row, step, enough(row, step))

    @rule(
        number=numbered,
        place=place,
        step=st.sampled_from([*ROLE, "approve"]),
        who=anybody,
        stated=st.dictionaries(
            st.sampled_from(["reason", "outcome", "risk_carrier", "why_no_action", "answer"]), WORDS
        ),
    )
    def any_step_by_anybody(
        self, number: int, place: int, step: str, who: str, stated: dict[str, str]
    ) -> None:
        self.take(who, self.subject(number, place), step, stated)

    @rule(number=numbered, place=place, who=st.integers(0, 2))
    def claimed_and_judged(self, number: int, place: int, who: int) -> None:
        self.brought_to_its_end(number, place, who)

    @rule(place=place, who=st.integers(0, 2))
    def claimed_and_judged_again(self, place: int, who: int) -> None:
        """The same, that it may be drawn twice as often as other rules."""
        self.brought_to_its_end(1, place, who)

    def brought_to_its_end(self, number: int, place: int, who: int) -> None:
        """As far as it goes towards the end, so that closing is tried often; then by any assurer."""
        row = self.subject(number, place)
        owner = "contributor" if number == 1 else "national"
        if row.status in {"in_progress", "not_started"}:
            piece = self.attempt(owner, lambda by: attach(row, by, at=self.at), row)
            if piece:
                self.attempt("assurer", lambda by: judge(piece, by, at=self.at))
            self.take(owner, row, "submit", {"outcome": OUTCOME})
        row = fresh(row)
        if row.status == "submitted":
            self.take(FOR_ROLE["assurer"][who], row, "close", enough(row, "close"))

    @rule(number=numbered, place=st.integers(1, 3), whole=st.booleans())
    def superseded(self, number: int, place: int, whole: bool) -> None:
        row = self.subject(number, place)
        successor = self.subject(number if whole else 9 - number, place + 1)
        self.take("inspector", row, "supersede", {"reason": REASON, "successor": successor})

    def take(self, who: str, row: Any, step: str, given: dict[str, Any]) -> None:
        works = ROLE.get(step) == "contributor"
        done = self.attempt(who, lambda by: take(row, step, by, at=self.at, **given), row, works=works)
        if done is not None and step == "close":
            self.was_rightly_closed(done, self.people[who])

    def was_rightly_closed(self, row: Any, by: User) -> None:
        recommendation = row.recommendation if isinstance(row, Action) else row
        shown = Evidence.objects.filter(recommendation=recommendation, verdict="accepted", redacted_at=None)
        if isinstance(row, Action):
            shown = shown.filter(action=row)
        day = self.at.date()
        assert any(one.expires is None or one.expires >= day for one in shown)
        assert row.outcome.strip()
        assert by.pk not in self.did[recommendation.pk]
        assert not Action.objects.filter(recommendation=recommendation, person=by).exists()
        homes = by.memberships.filter(ended_at=None).values("home")
        assert not OrganisationPath.objects.filter(
            ancestor=recommendation.owner_id, descendant__in=homes
        ).exists()
        if isinstance(row, Recommendation):
            assert not row.actions.exclude(status__in=["closed", "will_not_do", "superseded"]).exists()

    @rule(number=numbered, who=anybody, words=st.sampled_from(TARGETS), police=st.booleans(), named=anybody)
    def planned(self, number: int, who: str, words: str, police: bool, named: str) -> None:
        row, given = self.recommendation(number), {"target_date": words}
        if Action.objects.filter(recommendation=row).count() < 4:
            lead = self.people["partner"].memberships.get().home if police else row.owner
            given |= {"lead": lead, "person": self.people[named] if police else None}
            self.attempt(who, lambda by: plan(row, by, at=self.at, **given), row)

    @rule(
        number=numbered,
        place=place,
        who=worker,
        level=st.sampled_from(["output", "practice", "outcome", "rumour"]),
        days=st.sampled_from([None, 2, 20]),
    )
    def attached(self, number: int, place: int, who: str, level: str, days: int | None) -> None:
        row = self.subject(number, place)
        expires = None if days is None else self.at.date() + timedelta(days=days)
        self.attempt(who, lambda by: attach(row, by, at=self.at, level=level, expires=expires), row)

    @rule(
        number=numbered,
        place=place,
        who=st.sampled_from(["assurer", "assurer", "inside", "two_hats", "contributor"]),
        verdict=st.sampled_from(["accepted", "accepted", "rejected", "pending"]),
    )
    def judged(self, number: int, place: int, who: str, verdict: str) -> None:
        pieces = list(Evidence.objects.filter(recommendation=self.numbers[number]).order_by("-pk"))
        if pieces:
            piece = pieces[place % len(pieces)]
            done = self.attempt(who, lambda by: judge(piece, by, verdict, at=self.at))
            assert done is None or done.attached_by != self.people[who]

    @rule(number=numbered, place=place, who=anybody)
    def reported(self, number: int, place: int, who: str) -> None:
        row = self.subject(number, place)
        self.attempt(who, lambda by: update(row, by, at=self.at), row)

    @rule(number=numbered, place=place, who=worker, words=st.sampled_from(TARGETS), reason=WORDS)
    def moved(self, number: int, place: int, who: str, words: str, reason: str) -> None:
        row = self.subject(number, place)
        if isinstance(row, Action):
            given = {"version": row.version, "target_date": words, "reason": reason, "at": self.at}
            self.attempt(who, lambda by: revise_target(action=row, by=by, **given), row)

    @rule(number=st.just(1), who=worker, n=st.integers(0, 61))
    def read(self, number: int, who: str, n: int) -> None:
        row = self.recommendation(number)
        given = {"taken_on": self.at.date(), "source": "Audit", "n": n, "out_of": 60, "at": self.at}
        measure = row.measures.get(n=36, out_of=59)
        self.attempt(who, lambda by: add_reading(measure=measure, by=by, **given), row)

    @rule(
        number=numbered,
        who=anybody,
        code=st.sampled_from(["good_progress", "no_meaningful_progress", "fine"]),
    )
    def reviewed(self, number: int, who: str, code: str) -> None:
        row = self.recommendation(number)
        given = {"judgement": code, "narrative": "Seen.", "at": self.at}
        done = self.attempt(
            who, lambda by: record_review(recommendation=row, by=by, **given), row, works=False
        )
        assert done is None or who == "inspector"

    @rule(number=numbered, who=st.sampled_from(["administrator", "contributor"]))
    def redacted(self, number: int, who: str) -> None:
        piece = Evidence.objects.filter(recommendation=self.numbers[number]).last()
        if piece:
            self.attempt(who, lambda by: redact(row=piece, reason=REASON, by=by, at=self.at))

    @rule(who=anybody, stale=st.integers(0, 1))
    def given_to_another_owner(self, who: str, stale: int) -> None:
        row = self.recommendation(8)
        owner = self.people["regional"].memberships.get().home
        given = {"version": row.version - stale, "owner": owner, "reason": REASON, "at": self.at}
        self.attempt(who, lambda by: change_owner(recommendation=row, by=by, **given), row, works=False)

    @rule(now=st.integers(0, 3))
    def leaves_the_owner(self, now: int) -> None:
        """A person with two roles keeps the assurer's alone: another organisation, but the same person."""
        both = self.people["two_hats"].memberships
        if held := both.filter(role=roles.CONTRIBUTOR, ended_at=None).first() if now == 0 else None:
            self.attempt("administrator", lambda by: end_role(membership=held, by=by, at=self.at))

    # What always holds

    @invariant()
    def the_chain_holds(self) -> None:
        list(self.walk.verified(Event.objects.filter(sequence__gt=self.walk.last).links()))
        assert self.walk.broken is None
        assert self.walk.last == self.sequence()

    @invariant()
    def history_is_how_things_stand(self) -> None:
        assert facts_hold()

    @invariant()
    def versions_only_grow(self) -> None:
        for model in (Recommendation, Action, Evidence):
            for pk, version in model._default_manager.values_list("pk", "version"):
                key = (model.__name__, pk)
                assert version >= self.versions.get(key, 1)
                self.versions[key] = version

    @invariant()
    def the_first_target_never_changes(self) -> None:
        names = ("original_words", "original_earliest", "original_latest", "original_precision")
        for pk, latest, *first in Action.objects.values_list("pk", "original_latest", *names):
            assert self.originals.get(pk, first) == first
            if latest is not None:
                self.originals[pk] = first

    @invariant()
    def what_is_claimed_says_its_outcome(self) -> None:
        for model in (Recommendation, Action):
            for outcome in model._default_manager.filter(status__in=["submitted", "closed"]).values_list(
                "outcome", flat=True
            ):
                assert outcome.strip()


@pytest.fixture
def machine(bsg: Inspection, people: People, bodies: Bodies) -> type[Rulebook]:
    """The machine, with its people: two of them beside those that every test has."""
    inside = person("inside", roles.ASSURER, bodies.pdu, bodies.national)
    two_hats = person("two-hats", roles.CONTRIBUTOR, bodies.pdu)
    also(two_hats, roles.ASSURER, bodies.assurance, bodies.national)
    everybody = {**vars(people), "inside": inside, "two_hats": two_hats}
    known = {
        "people": {name: everybody[name] for name in PEOPLE},
        "numbers": {row.number: row.pk for row in bsg.recommendations.all()},
    }
    return type("Work", (Rulebook,), known)


def run(machine: type[Rulebook], *, examples: int, steps: int) -> None:
    limits = settings(
        max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=limits)


def test_the_rulebook_holds_whatever_people_try(machine: type[Rulebook]) -> None:
    run(machine, examples=4, steps=25)


@pytest.mark.slow
def test_the_rulebook_holds_over_ten_thousand_steps(machine: type[Rulebook]) -> None:
    run(machine, examples=sized(100, release=500), steps=100)


def test_the_model_reaches_every_state(machine: type[Rulebook]) -> None:
    """Else what it holds would be held of little: a way through by hand, with the machine's own rules."""
    work = machine()
    try:
        work.two_are_under_way()
        action = work.subject(1, 1)
        work.attempt("contributor", lambda by: attach(action, by, at=work.at), action)
        work.take("contributor", action, "submit", {"outcome": OUTCOME})
        work.judged(1, 0, "assurer", "accepted")
        work.take("assurer", fresh(action), "close", {"reason": REASON})
        row = work.recommendation(1)
        work.take("contributor", row, "submit", {"outcome": OUTCOME})
        work.take("inside", row, "close", enough(fresh(row), "close"))
        work.reported(1, 0, "two_hats")
        work.leaves_the_owner(0)
        work.take("two_hats", row, "close", enough(fresh(row), "close"))
        assert work.refused == 2
        work.take("assurer", row, "close", enough(fresh(row), "close"))
        assert (fresh(row).status, fresh(action).status, work.refused) == ("closed", "closed", 2)
    finally:
        work.teardown()
