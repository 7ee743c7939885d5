"""Base classes of serializers, small objects for references, and fields that look up references."""

import re
from collections.abc import Callable, Mapping, Sequence, Sized
from datetime import UTC
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import is_form_media_type

from recommendations.api.serializers.declarations import Annotation, Related, RelatedValues, reads
from recommendations.models import Action, Organisation, Recommendation, User
from recommendations.models.base import Precision
from recommendations.queries.callers import values_of
from recommendations.queries.compiled import CompiledRow
from recommendations.queries.parameters import ANYBODY, Parameter
from recommendations.queries.visibility import Caller

MOST_NAMED = 50
ENDS = ("words", "earliest", "latest", "precision")
_ID = re.compile(r"[0-9]{1,18}")


class StrictSerializer(serializers.Serializer):
    """Refuses unknown fields by name, which DRF would ignore."""

    def to_internal_value(self, data: object) -> Model:
        if isinstance(data, dict):
            writable = [name for name, field in self.fields.items() if not field.read_only]
            unknown = [name for name in data if name not in writable]
            if unknown:
                known = ", ".join(writable)
                raise serializers.ValidationError(
                    {name: [f"“{name}” cannot be written here. The fields are: {known}."] for name in unknown}
                )
        return super().to_internal_value(data)


@extend_schema_field(str)
class Scoped(serializers.SlugRelatedField):
    """A reference in a request to a row that the caller may read; other rows do not exist.

    `rows(user)` returns the rows that the caller may read. The query is compiled once, for ANYBODY and TODAY.
    """

    default_error_messages = {
        "does_not_exist": "{value} does not exist, or you may not use it here.",
        "invalid": "Give a reference as text.",
    }

    def __init__(self, rows: Callable[[Caller], QuerySet], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(queryset=Recommendation.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet:
        return self.rows(self.context["request"].user)

    def to_internal_value(self, data: object) -> Model:
        if not isinstance(data, str) or "\x00" in data or not data.isprintable():
            self.fail("invalid")
        return self.found(data) or self.fail("does_not_exist", value=f"“{data[:100]}”")

    def found(self, key: str | int) -> Model | None:
        """The row with this key that the caller may read, or None. One query."""
        caller = values_of(self.context["request"].user, getattr(self.context.get("view"), "roles", None))
        return _named(self.rows, self.slug_field).get(**caller, today=timezone.localdate(), key=key)


@cache
def _named(rows: Callable[[Caller], QuerySet], field: str) -> CompiledRow:
    def build() -> QuerySet:
        found = rows(ANYBODY)
        column: Any = found.model._meta.pk if field == "pk" else found.model._meta.get_field(field)
        return found.filter(**{field: Parameter("key", column)}).order_by()

    return CompiledRow(build)


class ScopedList(serializers.ListField):
    """Several references in a request, looked up by one query."""

    child = serializers.CharField()

    def __init__(self, rows: Callable[[Caller], QuerySet], *, slug_field: str, **kwargs: Any) -> None:
        self.rows, self.slug_field = rows, slug_field
        super().__init__(**kwargs)

    def to_internal_value(self, data: list[str]) -> list[Model]:
        named = dict.fromkeys(super().to_internal_value(data))
        if len(named) > MOST_NAMED:
            raise serializers.ValidationError(f"Give at most {MOST_NAMED}.", code="max_length")
        rows = self.rows(self.context["request"].user).filter(**{f"{self.slug_field}__in": named})
        found = {getattr(row, self.slug_field): row for row in rows}
        if unknown := [f"“{name[:100]}”" for name in named if name not in found]:
            message = f"{', '.join(unknown)}: not found, or you may not use it here."
            raise serializers.ValidationError(message, code="does_not_exist")
        return list(found.values())


@extend_schema_field(int)
class ScopedId(Scoped):
    """A reference by number to a row that the caller may read."""

    default_error_messages = {"invalid": "Give a whole number."}

    def __init__(self, rows: Callable[[Caller], QuerySet], **kwargs: Any) -> None:
        super().__init__(rows, slug_field="pk", **kwargs)

    def to_internal_value(self, data: object) -> Model:
        # All values of a form are text.
        if is_form_media_type(self.context["request"].content_type) and _ID.fullmatch(str(data)):
            data = int(str(data))
        if not isinstance(data, int) or isinstance(data, bool) or not 0 < data < 2**63:
            self.fail("invalid")
        return self.found(data) or self.fail("does_not_exist", value=data)


class Instant(serializers.DateTimeField):
    """An instant, shown in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"default_timezone": UTC, **kwargs})


class RowSerializer(serializers.ModelSerializer):
    """Base of read serializers, which declare the fields of the API.

    `gates` maps a field that only some callers see to the annotation that must be true. `annotations` and
    `related` declare what fields need in addition to the model's columns. `past_only` are fields of a
    past day. `without` names fields that a nested serializer leaves out.
    """

    gates: Mapping[str, str] = {}
    annotations: Sequence[Annotation] = ()
    related: Mapping[str, Related | RelatedValues] = {}
    past_only: frozenset[str] = frozenset()

    def __init__(self, *args: Any, without: Sequence[str] = (), **kwargs: Any) -> None:
        self.without = without
        super().__init__(*args, **kwargs)

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: field for name, field in super().get_fields().items() if name not in self.without}

    def to_representation(self, instance: Model) -> dict[str, object]:
        shut = {name for name, gate in self.gates.items() if not getattr(instance, gate)}
        shown = super().to_representation(instance)
        return {name: value for name, value in shown.items() if name not in shut | self.past_only}

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: Instant,
    }


class NullIf(serializers.Field):
    """Shows null for the value `absent`, which the database stores for “none”."""

    def __init__(self, *, absent: str = "", **kwargs: Any) -> None:
        self.absent = absent
        super().__init__(**kwargs, allow_null=True)

    def to_representation(self, value: str) -> str | None:
        return None if value == self.absent else value


class ChoiceOrNull(NullIf, serializers.ChoiceField):
    """A code, or null."""


class TextOrNull(NullIf, serializers.CharField):
    """A text, or null."""


class FoldOf(serializers.Field):
    """A field that is computed from the value of another field of the same serializer, `of`."""

    def __init__(self, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs, read_only=True)

    def get_attribute(self, instance: Model) -> Any:
        parent: Any = self.parent
        sibling = parent.fields[self.of]
        return sibling.to_representation(sibling.get_attribute(instance))


class CountOf(FoldOf, serializers.IntegerField):
    """How many items another field shows."""

    def to_representation(self, value: Sized) -> int:
        return len(value)


class OrganisationBrief(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("organisation-detail", lookup_field="slug")

    class Meta:
        model = Organisation
        fields = ["slug", "name", "url"]


class RecommendationBrief(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("recommendation-detail", lookup_field="reference")

    class Meta:
        model = Recommendation
        fields = ["reference", "url"]


class ActionBrief(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("action-detail")

    class Meta:
        model = Action
        fields = ["id", "label", "url"]


class DateSpanField(serializers.Serializer):
    """A date as written (`words`), and the days that it can mean, from `earliest` to `latest`."""

    words = serializers.CharField()
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)
    precision = serializers.ChoiceField(choices=Precision.choices)

    def __init__(self, *, stem: str, **kwargs: Any) -> None:
        self.stem = stem
        super().__init__(source="*", read_only=True, **kwargs)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for end in ENDS:
            fields[end].source = f"{self.stem}_{end}"
        return fields


class PersonBrief(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["username", "name"]

    @staticmethod
    @reads("first_name", "last_name", "username")
    def get_name(user: User) -> str:
        return f"{user.first_name} {user.last_name}".strip() or user.username


class StatedVersion(StrictSerializer):
    """`version` is the version that you read; you can send If-Match instead."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class StatedReason(StrictSerializer):
    reason = serializers.CharField()
