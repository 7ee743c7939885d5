from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recommendations.api.serializers.base import ActionBrief, PersonBrief, RecommendationBrief, Row
from recommendations.models import Event
from recommendations.models.event import shown_changes


class ObjectSerializer(serializers.Serializer):
    noun = serializers.CharField()
    id = serializers.CharField(source="object_id")


class ChangeSerializer(serializers.Serializer):
    """A row that changed: what differs, as it was and as it is; `before` is null for a new row."""

    noun = serializers.CharField()
    id = serializers.CharField()
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField()


class EventSerializer(Row):
    """One event of the record. Where it was redacted, the words are gone and the hashes stay."""

    url = serializers.HyperlinkedIdentityField("event-detail")
    actor = PersonBrief()
    object = ObjectSerializer(source="*")
    recommendation = RecommendationBrief(allow_null=True)
    action = ActionBrief(allow_null=True)
    redacted = serializers.BooleanField(source="is_redacted")
    reason = serializers.CharField()
    changes = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = [
            "sequence",
            "url",
            "at",
            "actor",
            "role",
            "organisation",
            "channel",
            "request_id",
            "verb",
            "object",
            "label",
            "recommendation",
            "action",
            "version_before",
            "version_after",
            "reason",
            "changes",
            "redacted",
            "payload_hash",
            "previous_hash",
            "hash",
        ]

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, event: Event) -> list[dict[str, Any]]:
        return shown_changes(event.content["rows"])
