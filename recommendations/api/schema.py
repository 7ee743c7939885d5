"""The OpenAPI schema: what each operation can refuse, beside what it answers."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

REFUSALS = {
    "400": "What was sent cannot be understood or recorded; every problem is listed.",
    "401": "No valid token or session.",
    "403": "The caller's roles do not reach this.",
    "404": "There is no such record, or it is out of the caller's reach.",
    "406": "Only JSON is served here.",
    "409": "It clashes with what is recorded already.",
    "412": "Another write came first; the record as it stands now is in `current`.",
    "413": "The body is too large.",
    "415": "Only JSON is read here.",
    "428": "The version that was read is missing.",
}
ALWAYS = ("400", "401", "403", "404", "406")
WRITING = ("409", "413", "415")
CHANGING = ("412", "428")


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

    def _get_parameters(self) -> list[dict[str, Any]]:
        """A parameter that is given has a value: an empty one is refused."""
        parameters = super()._get_parameters()
        for parameter in parameters:
            schema = parameter["schema"]
            if parameter["in"] == "query" and schema.get("type") == "string" and "enum" not in schema:
                schema.setdefault("minLength", 1)
        return parameters

    def _refusals(self) -> tuple[str, ...]:
        if self.method == "PATCH":
            return ALWAYS + WRITING + CHANGING
        return ALWAYS + WRITING if self.method == "POST" else ALWAYS
