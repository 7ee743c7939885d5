from typing import Any

from django.utils import timezone
from rest_framework import serializers

from recommendations import access
from recommendations.api.serializers.base import (
    OrganisationBrief,
    PersonBrief,
    RecommendationBrief,
    Scoped,
    ScopedList,
    StrictSerializer,
)
from recommendations.models import Action, Organisation, Recommendation
from recommendations.models.base import Precision


def organisations(user: Any) -> Any:
    return Organisation.objects.all()


def recommendations(user: Any) -> Any:
    return Recommendation.objects.visible_to(user, on=timezone.localdate()).select_related("owner")


class TargetDateSerializer(serializers.Serializer):
    """`words` as said; the days that they can mean run from `earliest` to `latest`."""

    words = serializers.CharField(source="target_words")
    earliest = serializers.DateField(source="target_earliest", allow_null=True)
    latest = serializers.DateField(source="target_latest", allow_null=True)
    precision = serializers.ChoiceField(source="target_precision", choices=Precision.choices)
    in_words = serializers.SerializerMethodField()

    def get_in_words(self, action: Action) -> str:
        return action.due_in_words(on=timezone.localdate())


class ActionSerializer(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("action-detail")
    recommendation = RecommendationBrief()
    lead = OrganisationBrief()
    contributors = OrganisationBrief(many=True)
    person = PersonBrief(allow_null=True)
    target_date = TargetDateSerializer(source="*")

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


class ActionRevision(ActionPlan):
    """What may be changed of an action. `version` is the one that was read (or send If-Match)."""

    recommendation = None
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
