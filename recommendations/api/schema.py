"""The OpenAPI schema: what each operation can refuse, beside what it answers."""

from datetime import date
from typing import Any, Literal

import django_filters
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from recommendations.api import conditional
from recommendations.api.filters.base import IN, MOST_VALUES, Day, YesNo, takes_several
from recommendations.api.formats import Csv, NdJson, Xlsx
from recommendations.api.query_params import LISTED
from recommendations.api.serializers.base import RowSerializer

REFUSALS = {
    "400": "What was sent cannot be understood or recorded; every problem is listed.",
    "401": "No valid token or session.",
    "403": "The caller's roles do not reach this.",
    "404": "There is no such record, or it is out of the caller's reach.",
    "406": "It is not served as that.",
    "409": "It clashes with what is recorded already.",
    "412": "Another write came first; the record as it stands now is in `current`.",
    "413": "The body is too large.",
    "415": "It is not read as that.",
    "428": "The version that was read is missing.",
    "429": "The caller has made as many requests of this kind as it may for now; Retry-After says when to"
    " go on.",
    "503": "Too many others write or export just now; Retry-After says when to try again.",
}
ALWAYS = ("400", "401", "403", "404", "406", "429", "503")
WAITING = ("429", "503")
WRITING = ("409", "413", "415")
CHANGING = ("412", "428")
WRITING_METHODS = ("POST", "PATCH")

DRY_RUN = OpenApiParameter(
    "dry_run", bool, description="Do everything, answer, and write nothing: see the header `Dry-Run`."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": conditional.KEY_PATTERN, "maxLength": conditional.LONGEST_KEY},
    OpenApiParameter.HEADER,
    description="Sent again with the same request within 24 hours, it is answered as at first.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": conditional.PATTERN},
    OpenApiParameter.HEADER,
    description="The ETag of the record that was read, instead of `version`.",
)
AS_OF = OpenApiParameter(
    "as_of", date, description="As it stood when this past day ended in London; within today's scope."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="An ETag that was received: 304 without a body where the answer is still the same.",
)
TRIMMING = {
    "fields": "Only these fields, and no more work than they take; with commas between, or repeated.",
    "omit": "All fields but these; with commas between, or repeated.",
}
FORMAT = "Every row of the list instead of a page; goes before the header Accept."
UNCHANGED = "What was received with the ETag in If-None-Match is still so."
# What lists are exported as; NDJSON has a row of the list on each line.
EXPORTED: dict[str, dict[str, str]] = {
    Csv.media_type: {"type": "string"},
    NdJson.media_type: {"type": "string"},
    Xlsx.media_type: {"type": "string", "format": "binary"},
}
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"schema": {"type": "string"}, "description": "For If-None-Match, and of a row for If-Match."},
    "Link": {"schema": {"type": "string"}, "description": 'The next page, as `<…>; rel="next"`.'},
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."},
}


class ProblemError(serializers.Serializer):
    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemDetails(serializers.Serializer):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    request_id = serializers.CharField()
    errors = ProblemError(many=True, required=False)  # type: ignore[assignment]  # A field, by its name.
    current = serializers.DictField(required=False)


class TrackerSchema(AutoSchema):
    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        if "201" in responses:
            dry = {"description": "With dry_run=true: the record as it would be. Nothing was written."}
            responses["200"] = responses["201"] | dry
        if self._is_read():
            self._tell_of_reading(responses)
        shape = self.resolve_serializer(ProblemDetails, direction).ref
        for status in self._refusals():
            responses.setdefault(status, _refusal(status, shape))
        return responses

    def _tell_of_reading(self, responses: dict[str, Any]) -> None:
        """What comes with rows: tags, the next page, and the formats of an export."""
        names = ("ETag", "Link") if self._is_list_view() else ("ETag",)
        responses["200"]["headers"] = {name: HEADERS[name] for name in names}
        for media_type, schema in EXPORTED.items() if self._is_list_view() else ():
            responses["200"]["content"][media_type] = {"schema": schema}
        responses["304"] = {"description": UNCHANGED, "headers": {"ETag": HEADERS["ETag"]}}

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method in WRITING_METHODS:
            parameters.append(DRY_RUN)
        if self.method == "POST":
            parameters.append(IDEMPOTENCY_KEY)
        if self._is_conditional():
            parameters.append(IF_MATCH)
        if self._is_read():
            parameters += [IF_NONE_MATCH, *_trimming(self.view)]
            parameters += [AS_OF] if getattr(self.view, "takes_as_of", False) else []
        return parameters

    def _get_parameters(self) -> list[dict[str, Any]]:
        """A parameter that is given has a value: an empty one is refused."""
        parameters = super()._get_parameters()
        for parameter in parameters:
            if parameter["in"] == "query":
                _demand_a_value(parameter["schema"])
        return parameters

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        filterset = getattr(self.view, "filterset_class", None)
        filters = filterset.base_filters if filterset else {}
        not_taken = LISTED - getattr(self.view, "list_parameters", LISTED)
        return [
            form
            for one in super()._get_filter_parameters()
            for form in _forms(one, filters.get(one["name"]))
            if one["name"] not in not_taken
        ]

    def _get_format_parameters(self) -> list[dict[str, Any]]:
        return [parameter | {"description": FORMAT} for parameter in super()._get_format_parameters()]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """Of a row that readers trim no field is sure to be there."""
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(force_instance(serializer), RowSerializer):
            schema.pop("required", None)
        return schema

    def _is_read(self) -> bool:
        """Are rows read, as pages or one by one?"""
        reads = getattr(self.view, "action", "") in {"list", "retrieve"} and hasattr(
            self.view, "row_serializer"
        )
        return self.method == "GET" and reads

    def _is_conditional(self) -> bool:
        """Is the version that was read to be stated?"""
        body = force_instance(self.get_request_serializer()) if self.method in WRITING_METHODS else None
        return isinstance(body, serializers.Serializer) and "version" in body.fields

    def _refusals(self) -> tuple[str, ...]:
        if self.method not in WRITING_METHODS:
            return (*ALWAYS, "409") if getattr(self.view, "action", "") == "file" else ALWAYS
        return ALWAYS + WRITING + (CHANGING if self._is_conditional() else ())


def _refusal(status: str, shape: dict[str, Any]) -> dict[str, Any]:
    waits = {"headers": {"Retry-After": HEADERS["Retry-After"]}} if status in WAITING else {}
    content = {"application/problem+json": {"schema": shape}}
    return {**waits, "description": REFUSALS[status], "content": content}


def _trimming(view: Any) -> list[OpenApiParameter]:
    """`fields` and `omit`, with the names of the fields, of today and of a past day."""
    days = (False, True) if view.takes_as_of else (False,)
    names = list(dict.fromkeys(name for as_of in days for name in view.field_names(view.action, as_of=as_of)))
    schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}}
    return [
        OpenApiParameter(name, schema, description=said, style="form", explode=False)
        for name, said in TRIMMING.items()
    ]


def _forms(parameter: dict[str, Any], one: django_filters.Filter | None) -> list[dict[str, Any]]:
    """A filter as it may be given: once; or several times, and with commas between, for any of the values."""
    if one is None:
        return [parameter]
    schema = {**_kind(one), **parameter["schema"]}
    if not takes_several(one):
        return [parameter | {"schema": schema}]
    _demand_a_value(schema)
    several = {"type": "array", "minItems": 1, "maxItems": MOST_VALUES, "items": schema}
    form = parameter | {"schema": several, "style": "form"}
    return [form | {"explode": True}, form | {"name": f"{parameter['name']}{IN}", "explode": False}]


def _demand_a_value(schema: dict[str, Any]) -> None:
    if schema.get("type") == "string" and "enum" not in schema:
        schema.setdefault("minLength", 1)


def _kind(one: django_filters.Filter) -> dict[str, Any]:
    """What a filter takes; of one whose condition is a method nothing else tells it."""
    if isinstance(one, YesNo):
        return {"type": "boolean"}
    if isinstance(one, Day):
        return {"type": "string", "format": "date"}
    if isinstance(one, django_filters.NumberFilter):
        return {"type": "integer", "minimum": 0}
    return {"type": "string"}
