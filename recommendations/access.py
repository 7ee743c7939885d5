"""Which user may do what to which row: from the memberships of the user and the capabilities of roles."""

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from recommendations.errors import NotPermitted
from recommendations.models import (
    Action,
    Event,
    Evidence,
    Inspection,
    Membership,
    OrganisationPath,
    ProgressUpdate,
    Recommendation,
    RecommendationHistory,
    User,
    Verdict,
)
from recommendations.queries.visibility import has_row, reaches, visible, works_under
from recommendations.roles import FOR_THE_LEAD, REACHES_EVERYTHING, Capability, roles_with
from recommendations.workflow import DONE, Step, Workflow

Subject = Recommendation | Action
Caller = User | AnonymousUser  # The latter holds no role.


class Grant(NamedTuple):
    """The role in which a person acts, and the slug of the organisation where they hold it."""

    role: str
    organisation: str


def holds(user: Caller, capability: Capability) -> bool:
    """Does any current membership of `user` grant `capability`, wherever it reaches? One query."""
    return Membership.objects.current().filter(user=user.pk, role__in=roles_with(capability)).exists()


def can(user: Caller, capability: Capability, subject: Subject, *, on: date) -> bool:
    """Does a membership of `user` grant `capability` over `subject`?"""
    return granting(user, capability, subject, on=on) is not None


def granting(user: Caller, capability: Capability, subject: Subject, *, on: date) -> Grant | None:
    """Return the grant of `capability` over `subject`, or None. One query.

    The query reads owner and lead from the database: they may have changed since `subject` was read.
    """
    model = type(subject)
    rows = model._default_manager.filter(pk=subject.pk).order_by("pk")
    return grant_of(rows.values_list(granted(user, capability, model, on=on), flat=True).first())


def granted(user: Caller, capability: Capability, model: type[Subject], *, on: date) -> Subquery:
    """An annotation for rows of `model`: the grant of `capability` over the row, or null.

    This is about writing; `queries.visibility` decides about reading. People of an action's lead may act on
    the action although another organisation owns the recommendation. A report under embargo on the day `on`
    grants nothing, so that no writing shows what the report says.
    """
    path = "recommendation__" if model is Action else ""
    covers = Q(reach__in=_above(f"{path}owner")) | Q(role__in=REACHES_EVERYTHING)
    if model is Action and capability in FOR_THE_LEAD:
        covers |= Q(reach__in=_above("lead"))
    published = Inspection.objects.filter(
        pk=OuterRef(OuterRef(f"{path}inspection")), published_latest__lte=on
    )
    memberships = Membership.objects.current().filter(
        covers, Exists(published), user=user.pk, role__in=roles_with(capability)
    )
    grants = memberships.order_by("pk").values(grant=JSONObject(role="role", organisation="home__slug"))
    return Subquery(grants[:1])


def grant_of(value: dict[str, str] | None) -> Grant | None:
    """The grant that the annotation `granted` gave, if it gave one."""
    return Grant(**value) if value else None


def _above(path: str) -> QuerySet:
    """The organisation at `path` of the outermost row, and those above it."""
    return OrganisationPath.objects.filter(descendant=OuterRef(OuterRef(path))).values("ancestor")


def require(user: Caller, capability: Capability, subject: Subject, *, on: date) -> Grant:
    """Return the grant; raise NotPermitted, in words for the person, if there is none."""
    return required(granting(user, capability, subject, on=on), capability, subject)


def required(grant: Grant | None, capability: Capability, subject: Subject) -> Grant:
    """Return `grant`; raise NotPermitted, in words for the person, if it is None."""
    if grant is None:
        raise NotPermitted(_refusal(capability, subject))
    return grant


def _refusal(capability: Capability, subject: Subject) -> str:
    owner = subject.recommendation.owner if isinstance(subject, Action) else subject.owner
    who = (
        f"Ask someone who works for {owner}."
        if capability in FOR_THE_LEAD
        else f"It takes the role of {' or '.join(roles_with(capability))}."
    )
    return f"Your roles do not let you {capability.value} for {subject}. {who}"


def require_anywhere(user: User, *capabilities: Capability, otherwise: str) -> Grant | None:
    """Return the grant of one of these, wherever it reaches; None for the tracker itself.

    Raises NotPermitted, saying `otherwise`, if there is none.
    """
    if user.is_system:
        return None
    wanted = [role for capability in capabilities for role in roles_with(capability)]
    memberships = Membership.objects.current().filter(user=user.pk, role__in=wanted)
    grant = memberships.order_by("pk").values_list("role", "home__slug").first()
    if grant is None:
        raise NotPermitted(otherwise)
    return Grant(*grant)


def may_change(user: Any, capability: Capability, *, on: date) -> QuerySet[Recommendation]:
    """The published recommendations over whose owner `user` holds `capability`: a form's choices."""
    over = reaches(user, "owner", held_by=roles_with(capability))
    return visible(Recommendation.objects.filter(over), user, on=on)


def colleagues(user: Any) -> QuerySet[User]:
    """The people whom `user` may name as responsible: active, in organisations that `user` covers."""
    homes = Membership.objects.current().filter(reaches(user, "home"))
    return User.objects.filter(pk__in=homes.values("user"))


# A person outside the work, from another organisation, decides on it.


def took_part(user: Caller, recommendation: str) -> Q:
    """True if `user` did any of the owner's work on the recommendation whose key stands at the path.

    They submitted, updated, answered, planned or attached in any role, or they are named as responsible,
    on the recommendation or on one of its actions.
    """
    key = OuterRef(recommendation)
    work = roles_with(Capability.SUBMIT)
    return (
        Q(has_row(Event.objects.filter(actor=user.pk, role__in=work, recommendation=key)))
        | Q(has_row(ProgressUpdate.objects.filter(author=user.pk, recommendation=key)))
        | Q(has_row(Evidence.objects.filter(attached_by=user.pk, recommendation=key)))
        | Q(has_row(Action.objects.filter(person=user.pk, recommendation=key)))
    )


def works_for(user: Caller, model: type[Subject]) -> Q:
    """True if `user` works for the owner or below it; of an action, for its lead or below it too.

    Earlier owners count like the owner, and so does a role that does the owner's work.
    """
    path, key = ("recommendation__owner", "recommendation") if model is Action else ("owner", "pk")
    owners = RecommendationHistory.objects.filter(works_under(user, "owner"), recommendation=OuterRef(key))
    own = Q(works_under(user, path)) | Q(has_row(owners))
    own |= reaches(user, path, held_by=roles_with(Capability.SUBMIT))
    return own | Q(works_under(user, "lead")) if model is Action else own


def is_same_person(user: Caller, subject: Subject) -> bool:
    path = "recommendation" if isinstance(subject, Action) else "pk"
    return _holds_for(subject, took_part(user, path))


def is_same_organisation(user: Caller, subject: Subject) -> bool:
    return _holds_for(subject, works_for(user, type(subject)))


def _holds_for(subject: Subject, condition: Q) -> bool:
    return type(subject)._default_manager.filter(condition, pk=subject.pk).exists()


def with_my_steps(rows: QuerySet, user: Any, workflow: Workflow) -> QuerySet:
    """Annotate the columns that `my_steps` reads, for `user`: no query for each row."""
    model = rows.model
    owner, key = ("recommendation__owner", "recommendation") if model is Action else ("owner", "pk")
    may_take: dict[str, Q] = {}
    for step in workflow.steps:
        over = reaches(user, owner, held_by=roles_with(step.capability))
        if model is Action and step.capability in FOR_THE_LEAD:
            over |= reaches(user, "lead", held_by=roles_with(step.capability))
        may_take.setdefault(_granted(step), over)
    # An ended action cannot move while its recommendation is done.
    blocked: Any = Value(False)
    if model is Action:
        blocked = Q(status__in=workflow.ended, recommendation__status__in=DONE)
    return rows.annotate(
        **may_take, is_not_independent=took_part(user, key) | works_for(user, model), is_blocked=blocked
    )


def step_columns(workflow: Workflow) -> list[str]:
    """The names of the annotations of `with_my_steps`."""
    return [*dict.fromkeys(_granted(step) for step in workflow.steps), "is_not_independent", "is_blocked"]


def my_steps(row: Any, workflow: Workflow) -> list[Step]:
    """The steps that the user of `with_my_steps` may take from the status of `row`."""
    return [
        step
        for step in workflow.steps_from(row.status)
        if getattr(row, _granted(step))
        and not row.is_blocked
        and not (step.is_judgement and row.is_not_independent)
    ]


@cache
def _granted(step: Step) -> str:
    return "may_as_" + "_or_".join(roles_with(step.capability))


def may_fetch(user: Any, evidence: Evidence, *, on: date) -> bool:
    """May `user`, who can see the evidence, download its file? Until a verdict: its uploader and assurers."""
    if evidence.verdict != Verdict.PENDING or evidence.attached_by_id == user.pk:
        return True
    return can(user, Capability.ASSURE, evidence.recommendation, on=on)
