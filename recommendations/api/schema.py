"""The OpenAPI schema: what each operation can refuse, beside what it answers."""

from datetime import date
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from recommendations.api import conditional, idempotency

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
}
ALWAYS = ("400", "401", "403", "404", "406")
WRITING = ("409", "413", "415")
CHANGING = ("412", "428")
WRITING_METHODS = ("POST", "PATCH")

DRY_RUN = OpenApiParameter(
    "dry_run", bool, description="Do everything, answer, and write nothing: see the header `Dry-Run`."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": idempotency.PATTERN, "maxLength": idempotency.LONGEST},
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


class ProblemError(serializers.Serializer):
    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
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
        shape = self.resolve_serializer(Problem, direction).ref
        for status in self._refusals():
            responses.setdefault(
                status,
                {
                    "description": REFUSALS[status],
                    "content": {"application/problem+json": {"schema": shape}},
                },
            )
        return responses

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method in WRITING_METHODS:
            parameters.append(DRY_RUN)
        if self.method == "POST":
            parameters.append(IDEMPOTENCY_KEY)
        if self._is_conditional():
            parameters.append(IF_MATCH)
        if self.method == "GET" and getattr(self.view, "takes_as_of", False):
            parameters.append(AS_OF)
        return parameters

    def _get_parameters(self) -> list[dict[str, Any]]:
        """A parameter that is given has a value: an empty one is refused."""
        parameters = super()._get_parameters()
        for parameter in parameters:
            schema = parameter["schema"]
            if parameter["in"] == "query" and schema.get("type") == "string" and "enum" not in schema:
                schema.setdefault("minLength", 1)
        return parameters

    def _is_conditional(self) -> bool:
        """Is the version that was read to be stated?"""
        body = force_instance(self.get_request_serializer()) if self.method in WRITING_METHODS else None
        return isinstance(body, serializers.Serializer) and "version" in body.fields

    def _refusals(self) -> tuple[str, ...]:
        if self.method not in WRITING_METHODS:
            return (*ALWAYS, "409") if getattr(self.view, "action", "") == "file" else ALWAYS
        return ALWAYS + WRITING + (CHANGING if self._is_conditional() else ())
