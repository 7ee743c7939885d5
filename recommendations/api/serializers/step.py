"""Steps of the workflow: which ones the caller may take, and one that is taken."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recommendations import workflow
from recommendations.access import my_steps
from recommendations.api.serializers.base import Scoped, ScopedId, StatedVersion
from recommendations.api.serializers.scopes import actions, recommendations
from recommendations.models import Answer
from recommendations.operations.conditions import fields_of
from recommendations.queries.statuses import Gap
from recommendations.workflow import Step, Workflow


class AllowedStepSerializer(serializers.Serializer):
    """A step that the caller may take from here; `asks` names what is stated with it."""

    step = serializers.CharField(source="name")
    label = serializers.CharField()  # type: ignore[assignment]  # A field, by its name.
    effect = serializers.CharField()
    asks = serializers.SerializerMethodField()

    def get_asks(self, step: Step) -> list[str]:
        return fields_of(step)


@extend_schema_field(AllowedStepSerializer(many=True))
class AllowedSteps(serializers.Field):
    """The steps that the caller may take with a row that was loaded by `with_my_steps`."""

    def __init__(self, table: Workflow, **kwargs: Any) -> None:
        self.table = table
        super().__init__(**kwargs | {"source": "*"})

    def to_representation(self, row: Any) -> list[dict[str, Any]]:
        return list(AllowedStepSerializer(my_steps(row, self.table), many=True).data)


class StepTaken(StatedVersion):
    """A step, and what it asks for: what it does not ask for is refused."""

    reason = serializers.CharField(required=False, allow_blank=True)
    outcome = serializers.CharField(required=False, allow_blank=True)
    risk_carrier = serializers.CharField(required=False, allow_blank=True)
    why_no_action = serializers.CharField(required=False, allow_blank=True)
    acknowledged = serializers.ListField(
        child=serializers.ChoiceField(choices=Gap.choices), required=False, max_length=10
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
