"""The OpenAPI schema: parameters, headers and refusals of each operation, added to drf-spectacular's."""

from datetime import date
from typing import Any, Literal

import django_filters
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from recommendations.api import conditional
from recommendations.api.filters.base import IN, MOST_VALUES, Day, Schema, YesNo, takes_several
from recommendations.api.formats import Csv, NdJson, Xlsx
from recommendations.api.query_params import LIST_PARAMETERS
from recommendations.api.serializers.base import RowSerializer

REFUSALS = {
    "400": "The request is invalid; the body lists every problem.",
    "401": "No valid token or session.",
    "403": "The caller's roles do not allow this.",
    "404": "The record does not exist, or the caller may not read it.",
    "406": "The address does not serve the requested media type.",
    "409": "The change conflicts with data that is already recorded.",
    "412": "Another write came first; `current` has the record as it is now.",
    "413": "The body is too large.",
    "415": "The address does not read the media type of the body.",
    "428": "The request does not say which version was read.",
    "429": "Too many requests of this kind; Retry-After says when to try again.",
    "503": "The service is busy with other writes or exports; Retry-After says when to try again.",
}
ALWAYS = ("400", "401", "403", "404", "406", "429", "503")
WAITING = ("429", "503")
WRITING = ("409", "413", "415")
CHANGING = ("412", "428")
WRITING_METHODS = ("POST", "PATCH")

DRY_RUN = OpenApiParameter(
    "dry_run",
    bool,
    description="Check the request and answer as usual, but write nothing. Adds the header `Dry-Run`.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": conditional.KEY_PATTERN, "maxLength": conditional.LONGEST_KEY},
    OpenApiParameter.HEADER,
    description="A repeated request with the same key gets the first answer again, for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": conditional.PATTERN},
    OpenApiParameter.HEADER,
    description="The ETag of the record that was read, instead of `version`.",
)
AS_OF = OpenApiParameter(
    "as_of",
    date,
    description="Show data as it was at the end of this past day in London, by today's roles.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="An ETag from an earlier answer. If nothing has changed, the answer is 304 without a body.",
)
TRIMMING = {
    "fields": "Show only these fields. Separate them with commas, or repeat the parameter.",
    "omit": "Leave these fields out. Separate them with commas, or repeat the parameter.",
}
FORMAT = "Export every row of the list instead of a page. Takes precedence over the header Accept."
UNCHANGED = "Nothing has changed since the answer with the ETag in If-None-Match."
# Formats of exports; NDJSON has one row of the list on each line.
EXPORTED: dict[str, dict[str, str]] = {
    Csv.media_type: {"type": "string"},
    NdJson.media_type: {"type": "string"},
    Xlsx.media_type: {"type": "string", "format": "binary"},
}
HEADERS: dict[str, Schema] = {
    "ETag": {
        "schema": {"type": "string"},
        "description": "Send it as If-None-Match; the ETag of a row also as If-Match.",
    },
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
    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Schema:
        responses = super()._get_response_bodies(direction)
        if "201" in responses:
            dry = {"description": "With dry_run=true: the record as it would be. Nothing is written."}
            responses["200"] = responses["201"] | dry
        if self._is_read():
            self._add_read_headers(responses)
        shape = self.resolve_serializer(ProblemDetails, direction).ref
        for status in self._refusals():
            responses.setdefault(status, _refusal(status, shape))
        return responses

    def _add_read_headers(self, responses: Schema) -> None:
        """Add ETags, the link to the next page, 304 and the formats of exports."""
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

    def _get_parameters(self) -> list[Schema]:
        """Mark query parameters as not empty: an empty one is refused."""
        parameters = super()._get_parameters()
        for parameter in parameters:
            if parameter["in"] == "query":
                _demand_a_value(parameter["schema"])
        return parameters

    def _get_filter_parameters(self) -> list[Schema]:
        filterset = getattr(self.view, "filterset_class", None)
        filters = filterset.base_filters if filterset else {}
        not_taken = LIST_PARAMETERS - getattr(self.view, "list_parameters", LIST_PARAMETERS)
        return [
            form
            for one in super()._get_filter_parameters()
            for form in _forms(one, filters.get(one["name"]))
            if one["name"] not in not_taken
        ]

    def _get_format_parameters(self) -> list[Schema]:
        return [parameter | {"description": FORMAT} for parameter in super()._get_format_parameters()]

    def _map_basic_serializer(self, serializer: serializers.BaseSerializer, direction: str) -> Schema:
        """No field of a row is required, because `fields` and `omit` can leave it out."""
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(force_instance(serializer), RowSerializer):
            schema.pop("required", None)
        return schema

    def _is_read(self) -> bool:
        """Whether the operation reads rows, as pages or one by one."""
        reads = getattr(self.view, "action", "") in {"list", "retrieve"} and hasattr(
            self.view, "row_serializer"
        )
        return self.method == "GET" and reads

    def _is_conditional(self) -> bool:
        """Whether the operation needs the version that was read."""
        body = force_instance(self.get_request_serializer()) if self.method in WRITING_METHODS else None
        return isinstance(body, serializers.Serializer) and "version" in body.fields

    def _refusals(self) -> tuple[str, ...]:
        if self.method not in WRITING_METHODS:
            return (*ALWAYS, "409") if getattr(self.view, "action", "") == "file" else ALWAYS
        return ALWAYS + WRITING + (CHANGING if self._is_conditional() else ())


def _refusal(status: str, shape: Schema) -> Schema:
    waits = {"headers": {"Retry-After": HEADERS["Retry-After"]}} if status in WAITING else {}
    content = {"application/problem+json": {"schema": shape}}
    return {**waits, "description": REFUSALS[status], "content": content}


def _trimming(view: Any) -> list[OpenApiParameter]:
    """`fields` and `omit`, with the names of today's fields and of those of a past day."""
    days = (False, True) if view.takes_as_of else (False,)
    names = list(dict.fromkeys(name for as_of in days for name in view.field_names(view.action, as_of=as_of)))
    schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}}
    return [
        OpenApiParameter(name, schema, description=said, style="form", explode=False)
        for name, said in TRIMMING.items()
    ]


def _forms(parameter: Schema, one: django_filters.Filter | None) -> list[Schema]:
    """The parameters of a filter: one; or two if it takes several values, repeated or separated by commas."""
    if one is None:
        return [parameter]
    schema = {**parameter["schema"], **_kind(one)}
    if not takes_several(one):
        return [parameter | {"schema": schema}]
    _demand_a_value(schema)
    several = {"type": "array", "minItems": 1, "maxItems": MOST_VALUES, "items": schema}
    form = parameter | {"schema": several, "style": "form"}
    return [form | {"explode": True}, form | {"name": f"{parameter['name']}{IN}", "explode": False}]


def _demand_a_value(schema: Schema) -> None:
    if schema.get("type") == "string" and "enum" not in schema:
        schema.setdefault("minLength", 1)


def _kind(one: django_filters.Filter) -> Schema:
    """The type of a filter's value: drf-spectacular cannot tell it if a method filters."""
    if isinstance(one, YesNo):
        return {"type": "boolean"}
    if isinstance(one, Day):
        return {"type": "string", "format": "date"}
    if isinstance(one, django_filters.NumberFilter):
        return {"type": "integer", "minimum": 0}
    return {"type": "string"}
