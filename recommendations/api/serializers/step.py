"""Steps of the workflow: which ones the caller may take, and one that is taken."""

from functools import cache
from typing import Any

from django.db.models import QuerySet, Value
from rest_framework import serializers

from recommendations import workflow
from recommendations.access import my_steps, step_columns, with_my_steps
from recommendations.api.serializers.base import Scoped, ScopedId, StatedVersion
from recommendations.api.serializers.declarations import Annotation, QueryContext
from recommendations.api.serializers.scopes import actions, recommendations
from recommendations.models import Answer
from recommendations.operations.conditions import fields_of
from recommendations.queries.statuses import UnsupportedClaimReason
from recommendations.workflow import Step, Workflow


class AllowedStepSerializer(serializers.Serializer):
    """A step that the caller may take now; `asks` names the fields that it needs."""

    step = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # A field, by its name.
    effect = serializers.CharField()
    asks = serializers.ListField(child=serializers.CharField())


AllowedSteps = AllowedStepSerializer(many=True)


def steps_annotation(table: Workflow) -> Annotation:
    """The annotation for `allowed_steps`: which steps the caller may take with a row."""
    names = tuple(step_columns(table))

    def annotate(rows: QuerySet, query: QueryContext) -> QuerySet:
        if query.takes_steps:
            return with_my_steps(rows, query.user, table)
        return rows.annotate(**dict.fromkeys(names, Value(False)))

    return Annotation(names, annotate)


STEPS_OF_RECOMMENDATION = steps_annotation(workflow.RECOMMENDATION)
STEPS_OF_ACTION = steps_annotation(workflow.ACTION)


def allowed_steps(row: Any, table: Workflow) -> list[dict[str, object]]:
    """`[{"step", "label", "effect", "asks"}]`: the steps that the caller may take with the row."""
    return [_as_object(step) for step in my_steps(row, table)]


@cache
def _as_object(step: Step) -> dict[str, object]:
    return {"step": step.name, "label": step.label, "effect": step.effect, "asks": fields_of(step)}


def step_names_of(steps: list[dict[str, str]]) -> str:
    """The cell of a table: the names of the steps."""
    return "; ".join(step["step"] for step in steps)


class StepTaken(StatedVersion):
    """A step, and the fields that it needs. Other fields are refused."""

    reason = serializers.CharField(required=False, allow_blank=True)
    outcome = serializers.CharField(required=False, allow_blank=True)
    risk_carrier = serializers.CharField(required=False, allow_blank=True)
    why_no_action = serializers.CharField(required=False, allow_blank=True)
    acknowledged = serializers.ListField(
        child=serializers.ChoiceField(choices=UnsupportedClaimReason.choices), required=False, max_length=10
    )
    answer = serializers.ChoiceField(choices=Answer.choices, required=False)
    accepted_part = serializers.CharField(required=False, allow_blank=True)
    dated = serializers.DateField(required=False, allow_null=True)


def step_names(table: Workflow) -> serializers.ChoiceField:
    known = ", ".join(table.step_names)
    return serializers.ChoiceField(
        choices=[(step.name, step.label) for step in table.steps],
        error_messages={"invalid_choice": f"“{{input}}” is no step. Known are: {known}."},
    )


class RecommendationStep(StepTaken):
    step = step_names(workflow.RECOMMENDATION)
    successor = Scoped(recommendations, slug_field="reference", required=False, allow_null=True)


class ActionStep(StepTaken):
    step = step_names(workflow.ACTION)
    successor = ScopedId(actions, required=False, allow_null=True)
