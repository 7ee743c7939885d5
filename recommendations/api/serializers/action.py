from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recommendations import access, workflow
from recommendations.api.serializers.base import (
    ActionBrief,
    OrganisationBrief,
    PersonBrief,
    RecommendationBrief,
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
from recommendations.models.action import DUE_SOON, ScheduleStatus


class TargetDateSerializer(Span):
    in_words = serializers.CharField()

    def to_representation(self, instance: Action) -> dict[str, Any]:
        said = super().to_representation(instance)
        return said | {"in_words": instance.due_in_words(on=timezone.localdate())}


class ActionSerializer(serializers.ModelSerializer):
    """`days_late` is counted against the target, `days_late_original` against the first one."""

    url = serializers.HyperlinkedIdentityField("action-detail")
    recommendation = RecommendationBrief()
    lead = OrganisationBrief()
    contributors = OrganisationBrief(many=True)
    person = PersonBrief(allow_null=True)
    target_date = TargetDateSerializer(stem="target")
    original_target_date = Span(stem="original")
    times_moved = serializers.IntegerField()
    schedule_status = serializers.SerializerMethodField()
    days_late = serializers.SerializerMethodField()
    days_late_original = serializers.SerializerMethodField()
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
            "version",
            "created_at",
            "updated_at",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=ScheduleStatus.choices))
    def get_schedule_status(self, action: Action) -> str:
        today, due = timezone.localdate(), action.target_latest
        if not action.is_open:
            return ScheduleStatus.ENDED
        if due is None:
            return ScheduleStatus.NO_DATE
        if due < today:
            return ScheduleStatus.OVERDUE
        return ScheduleStatus.DUE_SOON if due <= today + DUE_SOON else ScheduleStatus.ON_TIME

    def get_days_late(self, action: Action) -> int | None:
        return _days_late(action, action.target_latest)

    def get_days_late_original(self, action: Action) -> int | None:
        return _days_late(action, action.original_latest)


def _days_late(action: Action, due: Any) -> int | None:
    """By how many days an open action is past `due`; None where it is not."""
    days = (timezone.localdate() - due).days if action.is_open and due else 0
    return days if days > 0 else None


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
