from typing import Any

import orjson
from django.db.models import F
from rest_framework import serializers

from recommendations.api.serializers.base import ActionBrief, PersonBrief, RecommendationBrief, RowSerializer
from recommendations.api.serializers.declarations import Annotation, reads
from recommendations.models import Event
from recommendations.models.event import shown_changes


class ObjectSerializer(serializers.Serializer):
    noun = serializers.CharField()
    id = serializers.CharField(source="object_id")


class ChangeSerializer(serializers.Serializer):
    """A changed row: the fields that differ, `before` and `after`. `before` is null for a new row."""

    noun = serializers.CharField()
    id = serializers.CharField()
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField()


class EventSerializer(RowSerializer):
    """One event of the record. A redaction removes its words and keeps the hashes."""

    url = serializers.HyperlinkedIdentityField("event-detail")
    actor = PersonBrief()
    object = ObjectSerializer(source="*")
    recommendation = RecommendationBrief(allow_null=True)
    action = ActionBrief(allow_null=True)
    redacted = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()
    annotations = [
        Annotation(("payload_text",), lambda rows, query: rows.annotate(payload_text=F("payload__text")))
    ]

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

    @staticmethod
    @reads("payload_text")
    def get_reason(row: Any) -> str:
        return _content(row.payload_text)["reason"]

    @staticmethod
    @reads("payload_text", shows=ChangeSerializer(many=True), cell=lambda rows: orjson.dumps(rows).decode())
    def get_changes(row: Any) -> list[dict[str, Any]]:
        return shown_changes(_content(row.payload_text)["rows"])

    @staticmethod
    @reads("payload_text")
    def get_redacted(row: Any) -> bool:
        return row.payload_text is None


def _content(text: str | None) -> dict[str, Any]:
    return orjson.loads(text) if text else {"reason": "", "rows": []}
