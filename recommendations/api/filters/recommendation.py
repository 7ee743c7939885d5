from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import DateField, Exists, OuterRef, Q, Subquery

from recommendations import workflow
from recommendations.api.filtering import Changes, Day, Number, YesNo
from recommendations.api.shapes.shape import Ask
from recommendations.models import Answer, KeyQuestion, Organisation, Recommendation, Standard
from recommendations.models.action import ScheduleStatus
from recommendations.models.reach import NEVER
from recommendations.queries.parameters import READS_ALL, Parameter
from recommendations.queries.statuses import UNJUDGED, EvidenceStatus, Gap
from recommendations.queries.visibility import among_small_scope as among_few
from recommendations.queries.visibility import covers, in_scope

OPEN, ENDED = workflow.RECOMMENDATION.open, [*workflow.RECOMMENDATION.ended]
UNANSWERED = "none"
FURTHEST = 36_500  # Days.
# What the narrow table of reach has of its own, so that a list may be driven by it.
NARROW = {"status", "official_status", "open", "overdue", "due_from", "due_to", "due_within"}
# Where a recommendation out of reach stands must not show through a filter either.
OF_THE_WORK = NARROW | {
    "response",
    "evidence_status",
    "schedule_status",
    "silent",
    "judgement",
    "gap",
    "gap_reason",
}


class RecommendationFilter(Changes):
    # Is whatever is asked about the work?
    only_in_scope = False
    inspection = django_filters.CharFilter("inspection__reference", label="Reference of the inspection.")
    number = Number("number")
    owner = django_filters.CharFilter(method="owned_by", label="Slug of the owner.")
    owner_subtree = django_filters.CharFilter(
        method="in_subtree", label="Slug: owned by this organisation or any under it."
    )
    addressee = django_filters.CharFilter("addressee__slug", label="Slug of the addressee.")
    standard = django_filters.CharFilter(
        method="on_standard", label="Number of a standard that it rests on, such as 2.2."
    )
    key_question = django_filters.CharFilter(
        method="on_key_question", label="Number of a key question that it rests on, such as 2.2.3."
    )
    status = django_filters.ChoiceFilter(method="has_status", choices=workflow.RECOMMENDATION.choices)
    official_status = django_filters.ChoiceFilter(
        method="has_status", choices=workflow.RECOMMENDATION.choices, label="The same as status."
    )
    response = django_filters.ChoiceFilter(
        method="answered", choices=[*Answer.choices, (UNANSWERED, "No response yet")]
    )
    evidence_status = django_filters.ChoiceFilter(method="standing_at", choices=EvidenceStatus.choices)
    schedule_status = django_filters.ChoiceFilter(method="standing_at", choices=ScheduleStatus.choices)
    open = YesNo(method="is_open", label="Neither closed nor superseded.")
    overdue = YesNo(method="is_overdue", label="Open, and the first open action is past its target.")
    due_from = Day(method="due_at", lookup_expr="gte")
    due_to = Day(method="due_at", lookup_expr="lte")
    due_within = Number(
        method="falls_due", lookup_expr="lte", label="Days: open, and due from today until then."
    )
    silent = YesNo(method="standing_at")
    judgement = django_filters.CharFilter(
        method="judged", label=f"Code of the inspector's last judgement, or {UNJUDGED}."
    )
    gap = YesNo(method="standing_at")
    gap_reason = django_filters.ChoiceFilter(method="gaping_for", choices=Gap.choices)

    class Meta:
        model = Recommendation
        fields: list[str] = []

    needs = dict.fromkeys(OF_THE_WORK, ("standing",)) | dict.fromkeys(
        ("owner", "owner_subtree"), ("scope", "owner_then")
    )

    @classmethod
    def is_narrow(cls, ask: Ask, name: str) -> bool:
        return ask.by_reach and (name in NARROW or (name == "owner_subtree" and ask.from_one))

    @classmethod
    def needs_of(cls, ask: Ask, name: str) -> tuple[str, ...]:
        return () if cls.is_narrow(ask, name) else super().needs_of(ask, name)

    @classmethod
    def driven(cls, ask: Ask, question: Any) -> tuple[Ask, list[Q]]:
        asked = dict(question.filters)
        of_the_work = cls.only_in_scope or bool(OF_THE_WORK & set(asked))
        ask = replace(ask, all_in_scope=of_the_work or ask.user is READS_ALL)
        from_one = asked.get("owner_subtree") == 1 and not ask.as_of
        if from_one:
            sure = covers(ask.user, Parameter("owner_subtree_0"))
            ask = replace(ask, user=replace(ask.user, owner_reachable=sure))
        extra = [in_scope(ask.user) & among_few(ask.user, "pk")] if of_the_work else []
        if ask.as_of:
            return replace(ask, paths={"owner__slug": "owner_then_slug"}), extra
        by_due = ask.all_in_scope and question.ordering == ("due",)
        if not (from_one or by_due or NARROW & set(asked)):
            return ask, extra
        paths = {"due_shown": "reach__due", "pk": "reach__recommendation"} if by_due else {}
        ask = replace(ask, by_reach=True, from_one=from_one, paths=paths)
        if from_one:
            return ask, extra
        if ask.user.single_scope:
            return ask, [Q(reach__organisation=ask.user.single_scope)]
        return replace(ask, everywhere=True), [*extra, Q(reach__organisation__isnull=True)]

    @classmethod
    def bound_value(cls, name: str, value: Any, *, today: date) -> Any:
        if name == "due_within":
            return today + timedelta(days=min(int(value), FURTHEST))
        return "" if (name, value) == ("judgement", UNJUDGED) else value

    @classmethod
    def bound_as(cls, name: str) -> Any:
        return DateField() if name == "due_within" else super().bound_as(name)

    @classmethod
    def owned_by(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(owner_then_slug=value) if ask.as_of else Q(owner__slug=value)

    @classmethod
    def in_subtree(cls, ask: Ask, name: str, value: Any) -> Q:
        if ask.as_of:
            return Q(owner_then_slug__in=Organisation.objects.below(value).values("slug"))
        # One key, found first, so that the index is walked in order from there.
        top = Organisation.objects.filter(slug=value).order_by().values("pk")
        seen = Q(reach__organisation=Subquery(top[:1]), reach__by_owner=True)
        if ask.by_reach and ask.from_one:
            return seen
        return Q(Exists(Recommendation.objects.filter(seen, pk=OuterRef("pk"))))

    @classmethod
    def on_standard(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(Exists(Standard.objects.filter(recommendations=OuterRef("pk"), number=value)))

    @classmethod
    def on_key_question(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(Exists(KeyQuestion.objects.filter(recommendations=OuterRef("pk"), number=value)))

    @classmethod
    def has_status(cls, ask: Ask, name: str, value: str) -> Q:
        return Q(**{ask.status: value})

    @classmethod
    def is_open(cls, ask: Ask, name: str, value: bool) -> Q:  # noqa: FBT001
        return Q(**{f"{ask.status}__in": OPEN if value else ENDED})

    @classmethod
    def is_overdue(cls, ask: Ask, name: str, value: bool) -> Q:  # noqa: FBT001
        if value:
            return Q(**{f"{ask.status}__in": OPEN, f"{ask.due}__lt": ask.day})
        return (
            Q(**{f"{ask.status}__in": ENDED})
            | Q(**{f"{ask.due}__gte": ask.day})
            | Q(**{f"{ask.due}__isnull": True})
        )

    @classmethod
    def due_at(cls, ask: Ask, name: str, value: Any) -> Q:
        lookup = cls.base_filters[name].lookup_expr
        return Q(**{f"{ask.due}__{lookup}": value, f"{ask.due}__lt": NEVER})

    @classmethod
    def falls_due(cls, ask: Ask, name: str, value: Any) -> Q:
        soon = Q(**{f"{ask.due}__gte": ask.day, f"{ask.due}__lte": value})
        return soon & Q(**{f"{ask.status}__in": OPEN})

    @classmethod
    def standing_at(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(**{name: value})

    @classmethod
    def answered(cls, ask: Ask, name: str, value: str) -> Q:
        return Q(fact_answer="" if value == UNANSWERED else value)

    @classmethod
    def judged(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(judgement=value)

    @classmethod
    def gaping_for(cls, ask: Ask, name: str, value: str) -> Q:
        return Q(**{f"gap_{value}": True})

    @classmethod
    def changed(cls, ask: Ask, name: str, value: Any) -> Q:
        """Out of scope only what was published changes; either way the last event is after `value`."""
        return Q(sequence__gt=value) & (Q(published_sequence__gt=value) | in_scope(ask.user))
