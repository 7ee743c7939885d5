from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from rest_framework import serializers

from recommendations import access, workflow
from recommendations.api.serializers.base import (
    ActionBrief,
    DateSpanField,
    OrganisationBrief,
    PersonBrief,
    RecommendationBrief,
    RowSerializer,
    Scoped,
    ScopedId,
    ScopedList,
    StatedVersion,
    StrictSerializer,
)
from recommendations.api.serializers.declarations import Annotation, QueryContext, Related, reads
from recommendations.api.serializers.scopes import actions, organisations, recommendations
from recommendations.api.serializers.step import (
    STEPS_OF_ACTION,
    AllowedSteps,
    allowed_steps,
    step_names_of,
)
from recommendations.models import Action
from recommendations.models.action import ScheduleStatus, due_in_words
from recommendations.queries.statuses import with_schedule, with_times_moved
from recommendations.queries.visibility import visible

# Cached: thousands of actions share a few target dates.
_in_words = lru_cache(maxsize=16_384)(due_in_words)


class TargetDateSerializer(DateSpanField):
    in_words = serializers.SerializerMethodField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(stem="target", **kwargs)

    @reads("target_words", "target_earliest", "target_latest", "target_precision", "status")
    def get_in_words(self, row: Action) -> str:
        return _in_words(
            row.target_words,
            row.target_earliest,
            row.target_latest,
            row.target_precision,
            is_open=row.status not in workflow.ACTION.ended,
            on=self.context["today"],
        )


def _with_contributors(rows: QuerySet, query: QueryContext) -> QuerySet:
    """Tell with the row whether contributors exist: few actions have any."""
    named = Action.contributors.through.objects.filter(action=OuterRef("pk"))
    return rows.annotate(has_contributors=Exists(named))


class ActionSerializer(RowSerializer):
    """`days_late` is counted against the target, `days_late_original` against the first one."""

    url = serializers.HyperlinkedIdentityField("action-detail")
    recommendation = RecommendationBrief()
    lead = OrganisationBrief()
    contributors = OrganisationBrief(many=True)
    person = PersonBrief(allow_null=True)
    target_date = TargetDateSerializer()
    original_target_date = DateSpanField(stem="original")
    times_moved = serializers.IntegerField()
    schedule_status = serializers.ChoiceField(choices=ScheduleStatus.choices)
    days_late = serializers.IntegerField(allow_null=True)
    days_late_original = serializers.IntegerField(allow_null=True)
    successor = ActionBrief(allow_null=True)
    allowed_steps = serializers.SerializerMethodField()

    annotations = [
        Annotation(
            ("schedule_status", "days_late", "days_late_original"),
            lambda rows, query: with_schedule(rows, on=query.today),
        ),
        Annotation(("times_moved",), lambda rows, query: with_times_moved(rows)),
        Annotation(("has_contributors",), _with_contributors),
        STEPS_OF_ACTION,
    ]
    related = {
        "contributors": Related(
            lambda rows, query: rows.order_by("organisation__name", "pk"), ("name",), where="has_contributors"
        ),
        # A successor that another organisation leads may be out of scope: then it is null.
        "successor": Related(lambda rows, query: visible(rows, query.user, on=query.today).order_by()),
    }

    class Meta:
        model = Action
        fields = [
            "id",
            "label",
            "url",
            "recommendation",
            "description",
            "lead",
            "contributors",
            "responsible_post",
            "person",
            "status",
            "target_date",
            "original_target_date",
            "times_moved",
            "schedule_status",
            "days_late",
            "days_late_original",
            "outcome",
            "risk_carrier",
            "successor",
            "allowed_steps",
            "sequence",
            "version",
            "created_at",
            "updated_at",
        ]

    @staticmethod
    @reads("status", *STEPS_OF_ACTION.provides, cell=step_names_of, shows=AllowedSteps)
    def get_allowed_steps(row: Any) -> list[dict[str, object]]:
        return allowed_steps(row, workflow.ACTION)


class ActionPlan(StrictSerializer):
    """A new action. `target_date` is kept as written: “30 June 2026”, “summer 2026”, “Ongoing”."""

    recommendation: serializers.Field | None = Scoped(recommendations, slug_field="reference")
    description = serializers.CharField()
    lead = Scoped(organisations, slug_field="slug")
    contributors = ScopedList(organisations, slug_field="slug", required=False)
    responsible_post = serializers.CharField(max_length=200)
    person = Scoped(access.colleagues, slug_field="username", required=False, allow_null=True)
    target_date = serializers.CharField(required=False, allow_blank=True, max_length=100)


class ActionRevision(ActionPlan, StatedVersion):
    """A change of an action. Moving its target date needs a `reason`."""

    recommendation = None
    reason = serializers.CharField(required=False, allow_blank=True)


class BulkRevision(ActionRevision):
    """One of several actions: its `id`, the `version` that was read, and what changes."""

    id = ScopedId(actions)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    description = serializers.CharField(required=False)
    lead = Scoped(organisations, slug_field="slug", required=False)
    responsible_post = serializers.CharField(max_length=200, required=False)


class BulkRevisions(StrictSerializer):
    """Up to 200 items. Either all are changed or none."""

    items = BulkRevision(many=True)


class ActionResults(serializers.Serializer):
    results = ActionSerializer(many=True)
