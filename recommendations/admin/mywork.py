"""My work: how much is late, what is next, and for whom others wait; whoever looks, in constant queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from recommendations import workflow
from recommendations.access import holds, my_steps, of_the_house, with_my_steps
from recommendations.admin.words import day, shortened
from recommendations.models import Action, Event, Evidence, Recommendation, Review, Verdict
from recommendations.models.scope import reaches, works_under
from recommendations.roles import Capability, roles_with
from recommendations.workflow import CLAIMED, Step, Workflow

MOST = 50
# The steps that take work onward, and of which one is the next; the others turn it aside or back.
ONWARD = ("respond", "start", "submit", "close", "accept_decline")
WAITING = ("submitted", "submitted_decline")


@dataclass(frozen=True)
class Item:
    """One line: what it is about, when it is due or since when it waits, and what to do next."""

    name: str
    words: str
    when: str
    verb: str
    address: str


@dataclass(frozen=True)
class Part:
    """One list, with its heading and what is said where it is empty."""

    heading: str
    empty: str
    items: list[Item]

    @property
    def is_cut(self) -> bool:
        return len(self.items) >= MOST


def my_work(user: Any, *, on: date) -> dict[str, Any]:
    """What the index shows: `numbers`, pairs of words and count, and `parts`."""
    numbers: list[tuple[str, int]] = []
    parts = []
    if holds(user, Capability.SUBMIT):
        actions, recommendations = _own_actions(user), _own_recommendations(user, on)
        numbers = [
            ("Overdue", actions.overdue(on=on).count()),
            ("Due in 30 days", actions.due_soon(on=on).count()),
            ("Returned to me", _returned(actions, "action") + _returned(recommendations, "recommendation")),
        ]
        items = [*_to_do(actions, user, on), *_to_answer(recommendations, user)]
        parts.append(Part("To do", "Nothing is open.", items[:MOST]))
    if holds(user, Capability.ASSURE):
        waiting = _waiting(user, on)
        numbers.append(("Waiting for assurance", len(waiting)))
        parts.append(Part("Waiting for assurance", "Nothing waits for you.", waiting[:MOST]))
    if holds(user, Capability.REVIEW):
        claimed = _to_review(user, on)
        numbers.append(("Claimed, and not reviewed since", claimed.count()))
        items = [*_review_items(claimed[:MOST])]
        parts.append(Part("To review", "Every claim has been reviewed.", items))
    return {"numbers": numbers, "parts": parts}


def _own_actions(user: Any) -> Any:
    """Those of bodies for which the person works on actions, and those for which they are named."""
    held_by = roles_with(Capability.SUBMIT)
    works_on = reaches(user, "recommendation__owner", held_by=held_by) | reaches(
        user, "lead", held_by=held_by
    )
    return Action.objects.visible_to(user).open().filter(works_on | Q(person=user.pk))


def _own_recommendations(user: Any, on: date) -> QuerySet[Recommendation]:
    owners = reaches(user, "owner", held_by=roles_with(Capability.RESPOND))
    return Recommendation.objects.visible_to(user, on=on).filter(owners)


def _last(of: str, **conditions: Any) -> Subquery:
    """The number of the last event about the row itself that meets the conditions."""
    events = Event.objects.filter(noun=of, **{of: OuterRef("pk")}, **conditions).order_by()
    return Subquery(events.values(of).annotate(last=Max("sequence")).values("last"))


def _returned(rows: Any, of: str) -> int:
    """How many stand in progress because an assurer sent them back."""
    table = workflow.ACTION if of == "action" else workflow.RECOMMENDATION
    stepped, back = _last(of, verb__in=table.step_names), _last(of, verb="return")
    return (
        rows.filter(status="in_progress")
        .annotate(stepped=stepped, back=back)
        .filter(back=F("stepped"))
        .count()
    )


def _to_do(actions: Any, user: Any, on: date) -> Iterator[Item]:
    rows = with_my_steps(actions, user, workflow.ACTION).select_related("recommendation", "lead")
    for row in rows.order_by(F("target_latest").asc(nulls_last=True), "pk")[:MOST]:
        verb, address = _next(
            row, workflow.ACTION, "See it: with the assurer" if row.status in WAITING else "Open"
        )
        yield Item(str(row), shortened(row.description, 90), row.due_in_words(on=on), verb, address)


def _to_answer(recommendations: QuerySet[Recommendation], user: Any) -> Iterator[Item]:
    """Recommendations without an answer, and those of which every action has ended."""
    still_open = Action.objects.open().filter(recommendation=OuterRef("pk"))
    planned = Action.objects.filter(recommendation=OuterRef("pk"))
    ready = Q(status="in_progress") & Q(Exists(planned)) & ~Q(Exists(still_open))
    rows = recommendations.filter(Q(status=workflow.RECOMMENDATION.initial) | ready)
    for row in with_my_steps(rows, user, workflow.RECOMMENDATION).order_by("reference")[:MOST]:
        verb, address = _next(row, workflow.RECOMMENDATION, "Open")
        yield Item(row.reference, shortened(row.text, 90), row.get_status_display(), verb, address)


def _next(row: Any, table: Workflow, otherwise: str) -> tuple[str, str]:
    steps: list[Step] = [step for step in my_steps(row, table) if step.name in ONWARD]
    noun = row._meta.model_name
    if steps:
        return steps[0].label, reverse(f"admin:recommendations_{noun}_step", args=[row.pk, steps[0].name])
    return otherwise, reverse(f"admin:recommendations_{noun}_change", args=[row.pk])


def _waiting(user: Any, on: date) -> list[Item]:
    """Submitted work and unjudged evidence on which the person may decide, longest waiting first."""
    assures = roles_with(Capability.ASSURE)
    # Evidence before the work of the same instant: it is judged first.
    found = [(one.attached_at, _to_judge(one)) for one in _unjudged(user, assures)]
    actions = Action.objects.visible_to(user).filter(reaches(user, "recommendation__owner", held_by=assures))
    whole = Recommendation.objects.visible_to(user, on=on).filter(reaches(user, "owner", held_by=assures))
    for rows, table, of in (
        (actions.select_related("recommendation"), workflow.ACTION, "action"),
        (whole, workflow.RECOMMENDATION, "recommendation"),
    ):
        submitted = with_my_steps(rows.filter(status__in=WAITING), user, table).filter(is_mine=False)
        for row in submitted.annotate(since=_since(of)).order_by("since", "pk")[:MOST]:
            verb, address = _next(row, table, "Open")
            words = row.description if isinstance(row, Action) else row.text
            since = row.since or row.updated_at
            found.append((since, Item(str(row), shortened(words, 90), _waits(since), verb, address)))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _since(of: str) -> Subquery:
    events = Event.objects.filter(noun=of, verb__in=("submit", "decline"), **{of: OuterRef("pk")}).order_by()
    return Subquery(events.values(of).annotate(last=Max("at")).values("last"))


def _unjudged(user: Any, assures: list[str]) -> QuerySet[Evidence]:
    pending = Evidence.objects.filter(verdict=Verdict.PENDING, redacted_at__isnull=True)
    within = pending.filter(reaches(user, "recommendation__owner", held_by=assures))
    apart = within.exclude(attached_by=user.pk).exclude(works_under(user, "recommendation__owner"))
    return apart.exclude(works_under(user, "action__lead")).for_list().order_by("attached_at", "pk")[:MOST]


def _to_judge(evidence: Evidence) -> Item:
    about = evidence.action or evidence.recommendation
    address = reverse("admin:recommendations_evidence_verdict", args=[evidence.pk])
    return Item(
        f"Evidence for {about}", evidence.title, _waits(evidence.attached_at), "Accept or reject", address
    )


def _to_review(user: Any, on: date) -> QuerySet[Recommendation]:
    """Claimed, and not reviewed since the claim; not of the person's own house."""
    claimed = Recommendation.objects.visible_to(user, on=on).filter(status__in=CLAIMED)
    since = claimed.annotate(since=_since("recommendation"))
    reviewed = Review.objects.filter(recommendation=OuterRef("pk"), recorded_at__gte=OuterRef("since"))
    return since.exclude(of_the_house(user, Recommendation)).filter(~Exists(reviewed)).order_by("since", "pk")


def _review_items(rows: Any) -> Iterator[Item]:
    for row in rows:
        address = reverse("admin:recommendations_recommendation_review", args=[row.pk])
        since = row.since or row.updated_at
        yield Item(row.reference, shortened(row.text, 90), _waits(since, "Claimed"), "Review", address)


def _waits(since: Any, word: str = "Waiting") -> str:
    return f"{word} since {day(timezone.localdate(since))}"
