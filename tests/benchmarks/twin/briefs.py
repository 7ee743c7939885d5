"""The small objects by which one row refers to another, and dates as they were said."""

from datetime import UTC
from typing import Any

from django.db import models
from django.utils import timezone
from rest_framework import serializers

from recommendations.models import Action, Inspection, Organisation, Recommendation, User


class InUtc(serializers.DateTimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default_timezone": UTC, **options})


class Row(serializers.ModelSerializer):
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: InUtc,
    }


def address(noun: str, lookup: str = "pk") -> serializers.HyperlinkedIdentityField:
    keyed = "key" if noun in {"organisation", "inspection", "evidence"} else lookup
    return serializers.HyperlinkedIdentityField(f"{noun}-detail", lookup_field=lookup, lookup_url_kwarg=keyed)


class OrganisationBrief(Row):
    url = address("organisation", "slug")

    class Meta:
        model = Organisation
        fields = ["slug", "name", "url"]


class RecommendationBrief(Row):
    url = address("recommendation", "reference")

    class Meta:
        model = Recommendation
        fields = ["reference", "url"]


class InspectionBrief(Row):
    url = address("inspection", "reference")

    class Meta:
        model = Inspection
        fields = ["reference", "title", "url"]


class ActionBrief(Row):
    url = address("action")

    class Meta:
        model = Action
        fields = ["id", "label", "url"]


class PersonBrief(Row):
    name = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["username", "name"]

    def get_name(self, user: User) -> str:
        return user.get_full_name() or user.username


class Span(serializers.Serializer):
    """A date as it was said, kept in four columns under one stem."""

    def __init__(self, stem: str, **options: Any) -> None:
        super().__init__(source="*", **options)
        self.stem = stem

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            "words": serializers.CharField(source=f"{self.stem}_words"),
            "earliest": serializers.DateField(source=f"{self.stem}_earliest"),
            "latest": serializers.DateField(source=f"{self.stem}_latest"),
            "precision": serializers.CharField(source=f"{self.stem}_precision"),
        }


class SpanInWords(Span):
    def to_representation(self, instance: Any) -> Any:
        said = super().to_representation(instance)
        return {**said, "in_words": instance.due_in_words(on=timezone.localdate())}
