from typing import Any

from rest_framework import serializers

from recommendations import access, workflow
from recommendations.api.serializers.base import (
    ActionBrief,
    OrganisationBrief,
    PersonBrief,
    RecommendationBrief,
    Row,
    Scoped,
    ScopedId,
    ScopedList,
    Span,
    StatedVersion,
    StrictSerializer,
)
from recommendations.api.serializers.scopes import actions, organisations, recommendations
from recommendations.api.serializers.step import AllowedSteps
from recommendations.models import Action
from recommendations.models.action import ScheduleStatus


class TargetDateSerializer(Span):
    in_words = serializers.CharField()

    def to_representation(self, instance: Action) -> dict[str, Any]:
        said = super().to_representation(instance)
        return said | {"in_words": instance.due_in_words(on=self.context["view"].today)}


class ActionSerializer(Row):
    """`days_late` is counted against the target, `days_late_original` against the first one."""

    url = serializers.HyperlinkedIdentityField("action-detail")
    recommendation = RecommendationBrief()
    lead = OrganisationBrief()
    contributors = OrganisationBrief(many=True)
    person = PersonBrief(allow_null=True)
    target_date = TargetDateSerializer(stem="target")
    original_target_date = Span(stem="original")
    times_moved = serializers.IntegerField()
    schedule_status = serializers.ChoiceField(choices=ScheduleStatus.choices)
    days_late = serializers.IntegerField(allow_null=True)
    days_late_original = serializers.IntegerField(allow_null=True)
    successor = ActionBrief(allow_null=True)
    allowed_steps = AllowedSteps(workflow.ACTION)

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


class ActionPlan(StrictSerializer):
    """A new action. `target_date` is kept as it is said: “30 June 2026”, “summer 2026”, “Ongoing”."""

    recommendation: serializers.Field | None = Scoped(recommendations, slug_field="reference")
    description = serializers.CharField()
    lead = Scoped(organisations, slug_field="slug")
    contributors = ScopedList(organisations, slug_field="slug", required=False)
    responsible_post = serializers.CharField(max_length=200)
    person = Scoped(access.colleagues, slug_field="username", required=False, allow_null=True)
    target_date = serializers.CharField(required=False, allow_blank=True, max_length=100)


class ActionRevision(ActionPlan, StatedVersion):
    """What may be changed of an action. A target date that moves needs a `reason`."""

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
    """Up to 200 at once: all are changed, or none."""

    items = BulkRevision(many=True)


class ActionResults(serializers.Serializer):
    results = ActionSerializer(many=True)
