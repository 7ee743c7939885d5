"""My work and the review queue: what a user has to do, and what waits for their decision."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from recommendations import workflow
from recommendations.access import my_steps, with_my_steps, works_for
from recommendations.models import Action, Event, Evidence, Recommendation, Review, User, Verdict
from recommendations.queries.visibility import reaches, visible, works_under
from recommendations.roles import Capability, roles_with
from recommendations.wording.dates import day, shortened
from recommendations.workflow import CLAIMED, Step, Workflow

MOST = 50
# The steps that lead towards closing; the next step of a row is one of these.
ONWARD = ("respond", "start", "submit", "close", "accept_decline")
OPEN, VERDICT, REVIEW = "open", "verdict", "review"
WAITING = ("submitted", "submitted_decline")


@dataclass(frozen=True)
class WorkItem:
    """One row: its subject, when it is due or since when it waits, and what to do next.

    `next` is the name of a step, or OPEN, VERDICT or REVIEW; pages and admin make an address of it.
    """

    subject: Action | Recommendation | Evidence
    words: str
    when: str
    next: str
    verb: str

    @property
    def name(self) -> str:
        about = self.subject
        if isinstance(about, Evidence):
            return f"Evidence for {about.action or about.recommendation}"
        return str(about)


@dataclass(frozen=True)
class Part:
    """One list, with its heading and the sentence for an empty list."""

    heading: str
    empty: str
    items: list[WorkItem]

    @property
    def is_cut(self) -> bool:
        return len(self.items) >= MOST


@dataclass(frozen=True)
class WorkQueue:
    """Pairs of words and count, and the lists."""

    numbers: list[tuple[str, int]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def my_work(user: User, *, held: Set[str], on: date) -> WorkQueue:
    """The work of a user who holds the roles `held`, and then what waits for their decision."""
    work = _of_the_owner(user, on) if held & {*roles_with(Capability.SUBMIT)} else WorkQueue()
    waits = review_queue(user, held=held, on=on)
    return WorkQueue(work.numbers + waits.numbers, work.parts + waits.parts)


def review_queue(user: User, *, held: Set[str], on: date) -> WorkQueue:
    """What waits for the user's decision: verdicts, closures and reviews, longest waiting first."""
    work = WorkQueue()
    if held & {*roles_with(Capability.ASSURE)}:
        waiting = _waiting(user, on)
        work.numbers.append(("Waiting for assurance", len(waiting)))
        work.parts.append(Part("Waiting for assurance", "Nothing is waiting for you.", waiting[:MOST]))
    if held & {*roles_with(Capability.REVIEW)}:
        claimed = _to_review(user, on)
        work.numbers.append(("Claimed, and not reviewed since", claimed.count()))
        items = [*_review_items(claimed[:MOST])]
        work.parts.append(Part("To review", "Every claim has been reviewed.", items))
    return work


def _of_the_owner(user: User, on: date) -> WorkQueue:
    actions, recommendations = _own_actions(user, on), _own_recommendations(user, on)
    numbers = [
        ("Overdue", actions.overdue(on=on).count()),
        ("Due in 30 days", actions.due_soon(on=on).count()),
        ("Returned to me", _returned(actions, "action") + _returned(recommendations, "recommendation")),
    ]
    items = [*_to_do(actions, user, on), *_to_answer(recommendations, user)]
    return WorkQueue(numbers, [Part("To do", "No open work.", items[:MOST])])


def _own_actions(user: User, on: date) -> Any:
    """Open actions of organisations for which the user works, and actions that name the user."""
    held_by = roles_with(Capability.SUBMIT)
    works_on = reaches(user, "recommendation__owner", held_by=held_by) | reaches(
        user, "lead", held_by=held_by
    )
    return visible(Action.objects.open().filter(works_on | Q(person=user.pk)), user, on=on)


def _own_recommendations(user: User, on: date) -> QuerySet[Recommendation]:
    owners = reaches(user, "owner", held_by=roles_with(Capability.RESPOND))
    return visible(Recommendation.objects.filter(owners), user, on=on)


def _last(of: str, **conditions: object) -> Subquery:
    """The number of the last event about the row itself that meets the conditions."""
    events = Event.objects.filter(noun=of, **{of: OuterRef("pk")}, **conditions).order_by()
    return Subquery(events.values(of).annotate(last=Max("sequence")).values("last"))


def _returned(rows: Any, of: str) -> int:
    """How many are in progress because an assurer returned them."""
    table = workflow.ACTION if of == "action" else workflow.RECOMMENDATION
    stepped, back = _last(of, verb__in=table.step_names), _last(of, verb="return")
    return (
        rows.filter(status="in_progress")
        .annotate(stepped=stepped, back=back)
        .filter(back=F("stepped"))
        .count()
    )


def _to_do(actions: Any, user: User, on: date) -> Iterator[WorkItem]:
    rows = with_my_steps(actions, user, workflow.ACTION).select_related("recommendation", "lead")
    for row in rows.order_by(F("target_latest").asc(nulls_last=True), "pk")[:MOST]:
        otherwise = "See it: with the assurer" if row.status in WAITING else "Open"
        step, verb = _next(row, workflow.ACTION, otherwise)
        yield WorkItem(row, shortened(row.description, 90), row.due_in_words(on=on), step, verb)


def _to_answer(recommendations: QuerySet[Recommendation], user: User) -> Iterator[WorkItem]:
    """Recommendations without a response, and those whose actions have all ended."""
    still_open = Action.objects.open().filter(recommendation=OuterRef("pk"))
    planned = Action.objects.filter(recommendation=OuterRef("pk"))
    ready = Q(status="in_progress") & Q(Exists(planned)) & ~Q(Exists(still_open))
    rows = recommendations.filter(Q(status=workflow.RECOMMENDATION.initial) | ready)
    for row in with_my_steps(rows, user, workflow.RECOMMENDATION).order_by("reference")[:MOST]:
        step, verb = _next(row, workflow.RECOMMENDATION)
        yield WorkItem(row, shortened(row.text, 90), row.get_status_display(), step, verb)


def _next(row: Any, table: Workflow, otherwise: str = "Open") -> tuple[str, str]:
    steps: list[Step] = [step for step in my_steps(row, table) if step.name in ONWARD]
    return (steps[0].name, steps[0].label) if steps else (OPEN, otherwise)


def _waiting(user: User, on: date) -> list[WorkItem]:
    """Submitted work and evidence without a verdict that the user may decide on, longest waiting first."""
    assures = roles_with(Capability.ASSURE)
    # Evidence before the work of the same instant: it is judged first.
    found = [(one.attached_at, _to_judge(one)) for one in _unjudged(user, assures)]
    actions = Action.objects.filter(reaches(user, "recommendation__owner", held_by=assures))
    whole = Recommendation.objects.filter(reaches(user, "owner", held_by=assures))
    for rows, table, of in (
        (visible(actions.select_related("recommendation"), user, on=on), workflow.ACTION, "action"),
        (visible(whole, user, on=on), workflow.RECOMMENDATION, "recommendation"),
    ):
        submitted = with_my_steps(rows.filter(status__in=WAITING), user, table).filter(
            is_not_independent=False
        )
        for row in submitted.annotate(since=_since(of)).order_by("since", "pk")[:MOST]:
            step, verb = _next(row, table)
            words = row.description if isinstance(row, Action) else row.text
            since = row.since or row.updated_at
            found.append((since, WorkItem(row, shortened(words, 90), _waits(since), step, verb)))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _since(of: str) -> Subquery:
    events = Event.objects.filter(noun=of, verb__in=("submit", "decline"), **{of: OuterRef("pk")}).order_by()
    return Subquery(events.values(of).annotate(last=Max("at")).values("last"))


def _unjudged(user: User, assures: list[str]) -> QuerySet[Evidence]:
    pending = Evidence.objects.filter(verdict=Verdict.PENDING, redacted_at__isnull=True)
    within = pending.filter(reaches(user, "recommendation__owner", held_by=assures))
    apart = within.exclude(attached_by=user.pk).exclude(works_under(user, "recommendation__owner"))
    return apart.exclude(works_under(user, "action__lead")).for_list().order_by("attached_at", "pk")[:MOST]


def _to_judge(evidence: Evidence) -> WorkItem:
    return WorkItem(evidence, evidence.title, _waits(evidence.attached_at), VERDICT, "Accept or reject")


def _to_review(user: User, on: date) -> QuerySet[Recommendation]:
    """Claimed, and not reviewed since the claim; not of the person's own organisation."""
    claimed = visible(Recommendation.objects.filter(status__in=CLAIMED), user, on=on)
    since = claimed.annotate(since=_since("recommendation"))
    reviewed = Review.objects.filter(recommendation=OuterRef("pk"), recorded_at__gte=OuterRef("since"))
    return since.exclude(works_for(user, Recommendation)).filter(~Exists(reviewed)).order_by("since", "pk")


def _review_items(rows: Any) -> Iterator[WorkItem]:
    for row in rows:
        since = row.since or row.updated_at
        yield WorkItem(row, shortened(row.text, 90), _waits(since, "Claimed"), REVIEW, "Review")


def _waits(since: datetime, word: str = "Waiting") -> str:
    return f"{word} since {day(timezone.localdate(since))}"
