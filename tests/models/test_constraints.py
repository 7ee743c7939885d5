"""Every rule that the database holds: it refuses what breaks the rule, and names it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import AutoField, Model, UniqueConstraint

from tests.models import rows
from tests.models.breaches import ALL_BREACHES, AT_THE_EDGE, BREACHES, FILE, SPAN, Breach

pytestmark = pytest.mark.django_db


def rules(model: type[Model]) -> Iterator[str]:
    """The names of what the database holds of `model`; a unique field is called `model.field`."""
    yield from (constraint.name for constraint in model._meta.constraints)
    for field in model._meta.local_concrete_fields:
        if field.unique and not isinstance(field, AutoField):
            yield f"{model._meta.model_name}.{field.name}"


def refusal(model: type[Model], rule: str) -> str:
    """The words with which the database in use must refuse a breach of `rule`.

    PostgreSQL names the constraint. SQLite names a check, but of a unique constraint the columns alone:
    they are read from the database, under the name of the rule.
    """
    table, field = model._meta.db_table, rule.partition(".")[2]
    column = model._meta.get_field(field).column if field else ""
    if connection.vendor == "postgresql":
        return f'constraint "{_constraint_of(table, column) if field else rule}"'
    if field:
        return f"UNIQUE constraint failed: {table}.{column}"
    if not any(isinstance(c, UniqueConstraint) and c.name == rule for c in model._meta.constraints):
        return f"CHECK constraint failed: {rule}"
    columns = _constraints(table)[rule]["columns"]
    return f"UNIQUE constraint failed: {', '.join(f'{table}.{column}' for column in columns)}"


def _constraint_of(table: str, column: str) -> str:
    """The name that PostgreSQL gave to what holds `column` unique."""
    held = _constraints(table).items()
    return next(name for name, one in held if one["unique"] and one["columns"] == [column])


def _constraints(table: str) -> dict[str, dict[str, Any]]:
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, table)


def broken(row: Model) -> set[str]:
    """The rules that `row`, not yet written, breaks as Django reads them."""
    found = set()
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row)
        except ValidationError:
            found.add(constraint.name)
    for rule in set(rules(type(row))) - {constraint.name for constraint in row._meta.constraints}:
        field = rule.partition(".")[2]
        if type(row)._base_manager.filter(**{field: getattr(row, field)}).exists():
            found.add(rule)
    return found


@pytest.mark.parametrize(("rule", "breach"), ALL_BREACHES, ids=[rule for rule, _ in ALL_BREACHES])
def test_the_database_refuses_a_breach_and_names_the_rule(rule: str, breach: Breach) -> None:
    given = breach.given()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        rows.make(breach.model, **given)
    assert str(refused.value).splitlines()[0].endswith(refusal(breach.model, rule))


def test_a_file_without_a_size_is_refused() -> None:
    with pytest.raises(IntegrityError, match="evidence_file_is_whole"), transaction.atomic():
        rows.evidence(**{**FILE, "size": None})


def test_a_target_of_which_only_the_end_is_known_is_refused() -> None:
    """It breaks two rules, and either may be named."""
    with pytest.raises(IntegrityError, match="action_target_"), transaction.atomic():
        rows.action(**{**SPAN, "target_earliest": None}, target_precision="day")


@pytest.mark.parametrize(("rule", "breach"), ALL_BREACHES, ids=[rule for rule, _ in ALL_BREACHES])
def test_a_breach_breaks_no_other_rule(rule: str, breach: Breach) -> None:
    """Otherwise the database might have refused it for the other one."""
    row = breach.model(**rows.values(breach.model, **breach.given()))
    assert broken(row) <= {rule}


def test_every_rule_of_every_model_has_its_breach() -> None:
    models = apps.get_app_config("recommendations").get_models()
    assert set(BREACHES) == {rule for model in models for rule in rules(model)}


def test_no_two_unique_rules_of_a_model_join_the_same_columns() -> None:
    """SQLite names the columns alone: two rules of the same columns could not be told apart."""
    for model in apps.get_app_config("recommendations").get_models():
        unique = [c.fields for c in model._meta.constraints if isinstance(c, UniqueConstraint) and c.fields]
        assert len(unique) == len(set(unique)), model


def test_a_valid_row_of_every_model_is_accepted() -> None:
    assert set(rows.MODELS) == set(apps.get_app_config("recommendations").get_models())
    for model in rows.MODELS:
        rows.make(model)
        assert model._base_manager.exists()


@pytest.mark.parametrize("edge", AT_THE_EDGE, ids=lambda edge: edge.model.__name__)
def test_a_row_at_the_edge_of_a_rule_is_accepted(edge: Breach) -> None:
    row = rows.make(edge.model, **edge.given())
    assert edge.model._base_manager.filter(pk=row.pk).exists()
