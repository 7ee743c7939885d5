"""The steps of a workflow that the caller may take with a row."""

from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Value as Constant

from recommendations.access import my_steps, step_columns, with_my_steps
from recommendations.api.shapes.parts import Made, Value
from recommendations.api.shapes.shape import Ask
from recommendations.operations.conditions import fields_of
from recommendations.workflow import Step, Workflow


@cache
def as_object(step: Step) -> dict[str, Any]:
    return {"step": step.name, "label": step.label, "effect": step.effect, "asks": fields_of(step)}


def allowed_steps(table: Workflow) -> Made:
    """`[{"step", "label", "effect", "asks"}]`; in a table the names of the steps."""
    names = ("status", *step_columns(table))

    def make(values: list[Any], told: Any) -> list[dict[str, Any]]:
        row = SimpleNamespace(**dict(zip(names, values, strict=True)))
        return [as_object(step) for step in my_steps(row, table)]

    return Made(
        make,
        *(Value(name) for name in names),
        needs=("steps",),
        flat=lambda steps: "; ".join(step["step"] for step in steps),
    )


def loads_steps(table: Workflow) -> Any:
    def load(rows: Any, ask: Ask) -> Any:
        if ask.takes_steps:
            return with_my_steps(rows, ask.user, table)
        return rows.annotate(**dict.fromkeys(step_columns(table), Constant(False)))

    return load
