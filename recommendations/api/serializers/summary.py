"""How the summary looks in the schema; `api.summary` makes it."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.pagination import BasePagination

from recommendations import workflow
from recommendations.api.pagination import Keyset
from recommendations.api.serializers.base import OrganisationBrief, Row
from recommendations.api.shapes.summary import CODES, FIELDS
from recommendations.models import Organisation, Recommendation
from recommendations.models.action import ScheduleStatus
from recommendations.queries.statuses import EvidenceStatus, Gap


class Whole(BasePagination):
    """Every row at once: organisations are few."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = Keyset().get_paginated_response_schema(schema)
        del page["properties"]["next"], page["properties"]["count"]
        return {**page, "required": ["record_end", "results"]}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []


class SummaryOrganisation(OrganisationBrief):
    class Meta:
        model = Organisation
        fields = ["slug", "name", "level", "url"]


def counts(name: str, codes: Any, **kwargs: Any) -> serializers.Serializer:
    """A number for each code."""
    return inline_serializer(name, {code: serializers.IntegerField() for code in codes}, **kwargs)


class SplitSerializer(serializers.Serializer):
    """What the row is split by: those that are named in `by`."""

    response = serializers.ChoiceField(choices=CODES["response"], required=False)
    official_status = serializers.ChoiceField(choices=workflow.RECOMMENDATION.choices, required=False)
    evidence_status = serializers.ChoiceField(choices=EvidenceStatus.choices, required=False)
    schedule_status = serializers.ChoiceField(choices=ScheduleStatus.choices, required=False)
    judgement = serializers.CharField(required=False)
    gap = serializers.BooleanField(required=False)


class OpenAgeSerializer(serializers.Serializer):
    """Days since publication of those that are open: the mean, rounded, and the most. Null where none is."""

    mean = serializers.IntegerField(allow_null=True)
    oldest = serializers.IntegerField(allow_null=True)


class ActionTotalsSerializer(serializers.Serializer):
    """Actions of these recommendations: all; of those that the caller reads by a lead alone, the actions
    that they read."""

    total = serializers.IntegerField()
    open = serializers.IntegerField()


class DatesMovedSerializer(serializers.Serializer):
    """How many of the actions that the caller reads had their target moved, and how often."""

    actions = serializers.IntegerField()
    moves = serializers.IntegerField()


class SummarySerializer(Row):
    """How many recommendations stand where: those owned by the organisation or any under it; where it is
    null, all in the caller's scope.

    Each of `response`, `official_status`, `evidence_status`, `schedule_status` and `judgement`, whose codes
    are `none` and those of the frameworks, adds up to `recommendations`.
    """

    organisation = SummaryOrganisation(allow_null=True)
    by = SplitSerializer(required=False)
    recommendations = serializers.IntegerField()
    response = counts("SummaryResponse", CODES["response"])
    official_status = counts("SummaryOfficialStatus", CODES["official_status"])
    evidence_status = counts("SummaryEvidenceStatus", CODES["evidence_status"])
    schedule_status = counts("SummaryScheduleStatus", CODES["schedule_status"])
    judgement = serializers.DictField(child=serializers.IntegerField())
    gap = serializers.IntegerField()
    gap_reasons = counts("SummaryGapReasons", Gap.values)
    silent = serializers.IntegerField()
    open = serializers.IntegerField()
    open_age_days = OpenAgeSerializer()
    actions = ActionTotalsSerializer()
    dates_moved = DatesMovedSerializer()

    class Meta:
        model = Recommendation
        fields = [*FIELDS, "by"]
