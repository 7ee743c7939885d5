"""The shape of the house, where import contracts cannot see it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks import ROOT

APP = ROOT / "recommendations"
WRITES = {"save", "create", "get_or_create", "update_or_create", "delete", "set_password"}
BULK = {"bulk_create", "bulk_update", "abulk_create", "abulk_update"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def modules(*rooms: Path) -> Iterator[Path]:
    for room in rooms:
        yield from (path for path in room.rglob("*.py") if "migrations" not in path.parts)


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a method in a module: its name and the call."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def writes_rows(name: str, call: ast.Call) -> bool:
    # `.update()` of a queryset takes keywords; that of a dict or a hash takes a value.
    return name in WRITES | BULK or (name == "update" and not call.args and bool(call.keywords))


def outside_operations() -> list[Path]:
    return [path for path in modules(APP) if "operations" not in path.parts]


@pytest.mark.once
@pytest.mark.parametrize("path", outside_operations(), ids=lambda path: str(path.relative_to(APP)))
def test_rows_are_written_by_operations_alone(path: Path) -> None:
    assert [name for name, call in calls(path) if writes_rows(name, call)] == []


@pytest.mark.once
def test_the_search_for_writes_finds_those_of_the_operations() -> None:
    written = [
        name for path in modules(APP / "operations") for name, call in calls(path) if writes_rows(name, call)
    ]
    assert {"create", "bulk_create", "update"} <= set(written)


@pytest.mark.once
def test_the_environment_is_read_by_the_settings_alone() -> None:
    readers = {
        path.name
        for path in modules(APP, ROOT / "tracker")
        if re.search(r"\benviron\b|\bgetenv\b|\bEnv\(", path.read_text("utf-8"))
    }
    # The last only names the settings module, as Django has it.
    assert readers == {"settings.py", "wsgi.py"}


@pytest.mark.once
def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in modules(APP, ROOT / "tracker") if path.stem in VAGUE] == []


@pytest.mark.once
def test_no_module_outgrows_its_room() -> None:
    """250 lines is rare; nothing passes 300."""
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules(APP, ROOT / "tracker")}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


@pytest.mark.once
def test_no_role_is_named_outside_the_table_of_roles() -> None:
    roles = {"viewer", "contributor", "assurer", "inspector", "administrator"}
    named = {
        str(path.relative_to(APP))
        for path in modules(APP)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in roles
    }
    assert named == {"roles.py"}
