"""May this user do this to that? Joins the table of roles to the memberships that a user holds."""

from datetime import date
from functools import cache
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value

from recommendations.errors import NotPermitted
from recommendations.models import (
    Action,
    Event,
    Evidence,
    Membership,
    OrganisationPath,
    ProgressUpdate,
    Recommendation,
    RecommendationHistory,
    User,
    Verdict,
)
from recommendations.queries.compiled import CompiledRow
from recommendations.queries.parameters import DayParameter, Parameter
from recommendations.queries.visibility import has_row, reaches, visible, works_under
from recommendations.roles import FOR_THE_LEAD, REACHES_EVERYTHING, Capability, roles_with
from recommendations.workflow import DONE, Step, Workflow

Subject = Recommendation | Action


def holds(user: Any, capability: Capability) -> bool:
    """Does any current membership of `user` grant `capability`, wherever it reaches? One query."""
    return Membership.objects.current().filter(user=user.pk, role__in=roles_with(capability)).exists()


def can(user: Any, capability: Capability, subject: Subject, *, on: date) -> bool:
    """Does a membership of `user` grant `capability` over `subject`?"""
    return granting(user, capability, subject, on=on) is not None


def granting(user: Any, capability: Capability, subject: Subject, *, on: date) -> Membership | None:
    """The membership by which `user` may do this to `subject`, or None. One query.

    It speaks of writing: what may be read, `queries.visibility` says. A lead organisation's
    people may act on its own action, though the recommendation is another's. Nobody writes about a
    report that is still under embargo on the day `on`: others would read of it.
    """
    is_action = isinstance(subject, Action)
    return _grants(capability, lead=is_action and capability in FOR_THE_LEAD).get(
        user=user.pk,
        on=on,
        recommendation=subject.recommendation_id if isinstance(subject, Action) else subject.pk,
        action=subject.pk if is_action else None,
    )


@cache
def _grants(capability: Capability, *, lead: bool) -> CompiledRow:
    """The memberships that grant a capability over a recommendation or, to its lead, over an action."""
    about = Parameter("recommendation", IntegerField())

    def build() -> QuerySet[Membership]:
        # Asked of the rows: the copy in the caller's hand may be older than a change of owner or lead.
        owner = Recommendation.objects.filter(pk=about).order_by().values("owner")
        covering = _above(owner) | Q(role__in=REACHES_EVERYTHING)
        if lead:
            leads = Action.objects.filter(pk=Parameter("action", IntegerField())).order_by().values("lead")
            covering |= _above(leads)
        published = Recommendation.objects.filter(
            pk=about, inspection__published_latest__lte=DayParameter("on")
        )
        held = Membership.objects.current().filter(
            covering,
            Exists(published),
            user=Parameter("user", IntegerField()),
            role__in=roles_with(capability),
        )
        return held.order_by("pk")

    return CompiledRow(build, "home")


def _above(organisations: QuerySet) -> Q:
    """The condition that a membership reaches the one organisation of the query, or one above it."""
    paths = OrganisationPath.objects.filter(descendant=Subquery(organisations[:1]))
    return Q(reach__in=paths.values("ancestor"))


def require(user: Any, capability: Capability, subject: Subject, *, on: date) -> Membership:
    """The membership that grants it; raises NotPermitted, in words for the person, where there is none."""
    found = granting(user, capability, subject, on=on)
    if found is None:
        raise NotPermitted(_refusal(capability, subject))
    return found


def _refusal(capability: Capability, subject: Subject) -> str:
    owner = subject.recommendation.owner if isinstance(subject, Action) else subject.owner
    who = (
        f"Ask someone who works for {owner}."
        if capability in FOR_THE_LEAD
        else f"It takes the role of {' or '.join(roles_with(capability))}."
    )
    return f"Your roles do not let you {capability.value} for {subject}. {who}"


def require_anywhere(user: User, *capabilities: Capability, otherwise: str) -> Membership | None:
    """The membership that grants one of these, wherever it reaches; None for the tracker itself.

    Raises NotPermitted, saying `otherwise`, where there is none.
    """
    if user.is_system:
        return None
    wanted = [role for capability in capabilities for role in roles_with(capability)]
    held = Membership.objects.current().filter(user=user.pk, role__in=wanted)
    found = held.select_related("home").order_by("pk").first()
    if found is None:
        raise NotPermitted(otherwise)
    return found


def may_change(user: Any, capability: Capability, *, on: date) -> QuerySet[Recommendation]:
    """The published recommendations over whose owner `user` holds `capability`: a form's choices."""
    over = reaches(user, "owner", held_by=roles_with(capability))
    return visible(Recommendation.objects.filter(over), user, on=on)


def colleagues(user: Any) -> QuerySet[User]:
    """The people whom `user` may name as responsible: active, working where `user` reaches."""
    homes = Membership.objects.current().filter(reaches(user, "home"))
    return User.objects.filter(pk__in=homes.values("user"))


# A person outside the work, from another organisation, decides on it.


def took_part(user: Any, recommendation: str) -> Q:
    """True where `user` did any of the owner's work on the recommendation whose key stands at the path.

    Whatever role they held then: submitted, updated, answered, planned or attached, or being named as
    responsible, on the recommendation or on any of its actions.
    """
    key = OuterRef(recommendation)
    work = roles_with(Capability.SUBMIT)
    return (
        Q(has_row(Event.objects.filter(actor=user.pk, role__in=work, recommendation=key)))
        | Q(has_row(ProgressUpdate.objects.filter(author=user.pk, recommendation=key)))
        | Q(has_row(Evidence.objects.filter(attached_by=user.pk, recommendation=key)))
        | Q(has_row(Action.objects.filter(person=user.pk, recommendation=key)))
    )


def of_the_house(user: Any, model: type[Subject]) -> Q:
    """True where `user` works for the owner or below it; of an action, for its lead or below it too.

    Whoever owned it before counts like the owner, and so does a role that does the owner's work.
    """
    path, key = ("recommendation__owner", "recommendation") if model is Action else ("owner", "pk")
    owners = RecommendationHistory.objects.filter(works_under(user, "owner"), recommendation=OuterRef(key))
    side = Q(works_under(user, path)) | Q(has_row(owners))
    side |= reaches(user, path, held_by=roles_with(Capability.SUBMIT))
    return side | Q(works_under(user, "lead")) if model is Action else side


def is_same_person(user: Any, subject: Subject) -> bool:
    path = "recommendation" if isinstance(subject, Action) else "pk"
    return _holds_for(subject, took_part(user, path))


def is_same_house(user: Any, subject: Subject) -> bool:
    return _holds_for(subject, of_the_house(user, type(subject)))


def _holds_for(subject: Subject, condition: Q) -> bool:
    return type(subject)._default_manager.filter(condition, pk=subject.pk).exists()


# What may I do? The steps of the workflow that a caller may take, for a whole list at once.


def with_my_steps(rows: QuerySet, user: Any, workflow: Workflow) -> QuerySet:
    """Annotate what `my_steps` needs to know of each row and `user`; no query a row."""
    model = rows.model
    owner, key = ("recommendation__owner", "recommendation") if model is Action else ("owner", "pk")
    held: dict[str, Q] = {}
    for step in workflow.steps:
        over = reaches(user, owner, held_by=roles_with(step.capability))
        if model is Action and step.capability in FOR_THE_LEAD:
            over |= reaches(user, "lead", held_by=roles_with(step.capability))
        held.setdefault(_granted(step), over)
    # An action that has ended stands still while its recommendation does.
    still: Any = Value(False)
    if model is Action:
        still = Q(status__in=workflow.ended, recommendation__status__in=DONE)
    return rows.annotate(**held, is_mine=took_part(user, key) | of_the_house(user, model), stands_still=still)


def step_columns(workflow: Workflow) -> list[str]:
    """The names of what `with_my_steps` annotates."""
    return [*dict.fromkeys(_granted(step) for step in workflow.steps), "is_mine", "stands_still"]


def my_steps(row: Any, workflow: Workflow) -> list[Step]:
    """The steps that the user of `with_my_steps` may take from where `row` stands."""
    return [
        step
        for step in workflow.steps_from(row.status)
        if getattr(row, _granted(step)) and not row.stands_still and not (step.is_judgement and row.is_mine)
    ]


@cache
def _granted(step: Step) -> str:
    return "may_as_" + "_or_".join(roles_with(step.capability))


def may_fetch(user: Any, evidence: Evidence, *, on: date) -> bool:
    """May `user`, who reaches it, have the bytes of a file? Until a verdict: its uploader and assurers."""
    if evidence.verdict != Verdict.PENDING or evidence.attached_by_id == user.pk:
        return True
    return can(user, Capability.ASSURE, evidence.recommendation, on=on)
