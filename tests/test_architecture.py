"""Rules about the code that import contracts cannot check."""

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.checks import ROOT

APP = ROOT / "recommendations"
# What writes rows by its name alone; `.update()` and sets of other rows are told apart below.
WRITES = {"save", "create", "get_or_create", "update_or_create", "delete", "set_password", "set"}
BULK = {"bulk_create", "bulk_update", "abulk_create", "abulk_update"}
SQL = {"execute", "executemany", "raw"}
SETS = {"standards", "key_questions", "contributors", "groups", "user_permissions"}
# The record is the one writer. The few others, and the calls that only look like writes.
WRITERS = {
    "operations/change.py": {"bulk_create", "save", "set", "update"},
    "operations/record.py": {"save", "update"},  # The event and the end of the record.
    "operations/organisations.py": {"bulk_create"},  # The paths, which follow from the tree.
    "operations/redaction.py": {"update", "delete"},  # The one emptying of a payload; copies of answers.
    "operations/idempotency.py": {"save", "delete"},  # Copies of answers, no part of the record.
    "operations/rate_limits.py": {"get_or_create", "update"},  # What callers may still ask.
    "operations/sign_ins.py": {"create", "delete", "update"},  # Failures to sign in, for a while.
    # What follows from other rows.
    "operations/projections.py": {"bulk_create", "delete", "update"},
    "operations/rebuilding.py": {"bulk_create", "delete", "executemany"},
}
NO_ROWS = {
    "exports/document.py": {"save", "set"},  # A document, and what its XML says.
    "queries/compiled.py": {"execute"},  # It reads.
    "queries/execute.py": {"execute"},  # It runs what was compiled.
    "operations/origin.py": {"set"},  # A variable of the context.
    "storage/blobs.py": {"delete"},  # Bytes.
    "storage/durable.py": {"delete"},
    "storage/reception.py": {"save"},
}
GIVES_A_STATUS = {"change", "update", "add", "Recommendation", "Action"}
# `status` of HTTP, in the copy of a claim, in what follows from rows.
OTHER_STATUS = {
    "operations/idempotency.py",
    "operations/reviews.py",
    "operations/projections.py",
    "operations/rebuilding.py",
}
BELOW_THE_VIEWS = [APP / name for name in ("forms", "read_models", "operations", "queries", "models")]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def modules(*packages: Path) -> list[Path]:
    found = (path for package in packages for path in package.rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def sources(*packages: Path) -> dict[str, str]:
    """The source of each module, by its path in the app."""
    return {str(path.relative_to(APP)): path.read_text("utf-8") for path in modules(*packages)}


def calls_of(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a method in a module: its name and the call."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def writes_rows(name: str, call: ast.Call) -> bool:
    # `.update()` of a queryset takes keywords; that of a dict or a hash takes a value.
    if name == "update":
        return not call.args and bool(call.keywords)
    if name in {"add", "remove", "clear"} and isinstance(call.func, ast.Attribute):
        return isinstance(call.func.value, ast.Attribute) and call.func.value.attr in SETS
    return name in WRITES | BULK | SQL


def written_in(source: str) -> set[str]:
    return {name for name, call in calls_of(source) if writes_rows(name, call)}


def sets_a_status(source: str) -> bool:
    """Does the module give a status: by keyword to a change or a new row, as a key, or as an attribute?"""
    return any(_gives_a_status(node) for node in ast.walk(ast.parse(source)))


def _gives_a_status(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="status", ctx=ast.Store()):
            return True
        case ast.Subscript(slice=ast.Constant(value="status"), ctx=ast.Store()):
            return True
        case ast.Dict(keys=keys):
            return any(isinstance(key, ast.Constant) and key.value == "status" for key in keys)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), keywords=given):
            return name in GIVES_A_STATUS and any(keyword.arg == "status" for keyword in given)
    return False


def test_rows_are_written_by_operations_that_the_table_names() -> None:
    """The table lists exactly the calls of each module: an entry that is no longer used fails too."""
    written = {name: written_in(source) for name, source in sources(APP).items()}
    assert {name: calls for name, calls in written.items() if calls} == {**WRITERS, **NO_ROWS}


def test_the_search_finds_each_kind_of_write() -> None:
    for line in (
        "row.save()",
        "Action.objects.filter(pk=1).update(status='closed')",
        "rows.update(**values)",
        "action.contributors.set([])",
        "action.contributors.add(body)",
        "Action.objects.bulk_create([])",
        "cursor.execute('DELETE FROM x')",
    ):
        assert written_in(line), line


def test_only_operations_open_the_record() -> None:
    opened = {name for name, source in sources(APP).items() if "recording(" in source}
    assert {name for name in opened if not name.startswith("operations/")} == set()


def test_only_transitions_give_a_status() -> None:
    given = {name for name, source in sources(APP / "operations").items() if sets_a_status(source)}
    assert given == {"operations/transitions.py", *OTHER_STATUS}


def test_the_search_finds_each_way_to_give_a_status() -> None:
    for line in (
        "change.update(row, status='closed')",
        "action.status = 'closed'",
        "values['status'] = 'closed'",
        "change.update(row, **{'status': 'closed'})",
        "change.add(Action(status='closed'))",
    ):
        assert sets_a_status(line), line


def test_views_and_commands_alone_read_the_clock() -> None:
    """Two below them do too: `record` checks that an instant is now, `verification` dates a checkpoint."""
    readers = {name for name, source in sources(*BELOW_THE_VIEWS).items() if clock_reads(source)}
    readers |= {path.name for path in APP.glob("*.py") if clock_reads(path.read_text("utf-8"))}
    assert readers == {"operations/record.py", "operations/verification.py"}


def clock_reads(source: str) -> list[str]:
    return [
        name
        for name, call in calls_of(source)
        if name in {"now", "today", "utcnow"} or (name in {"localdate", "localtime"} and not call.args)
    ]


def test_the_environment_is_read_by_the_settings_alone() -> None:
    readers = {
        path.name
        for path in modules(APP, ROOT / "tracker")
        if re.search(r"\benviron\b|\bgetenv\b|\bEnv\(", path.read_text("utf-8"))
    }
    # The last only names the settings module, as Django has it.
    assert readers == {"settings.py", "wsgi.py"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in modules(APP, ROOT / "tracker") if path.stem in VAGUE] == []


def test_no_module_has_more_than_300_lines() -> None:
    """250 lines is rare; nothing passes 300."""
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules(APP, ROOT / "tracker")}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_no_role_is_named_outside_the_table_of_roles() -> None:
    roles = {"viewer", "contributor", "assurer", "inspector", "administrator"}
    named = {
        str(path.relative_to(APP))
        for path in modules(APP)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in roles
    }
    assert named == {"roles.py"}


def name_of(path: Path) -> str:
    """The dotted name under which Python imports a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(source: str, known: set[str]) -> set[str]:
    """Which of the `known` modules a module imports, also for types alone and within functions."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in known else str(node.module) for name in submodules}
    return names & known


def circle_of(modules: Mapping[str, str]) -> list[str]:
    """Modules that import each other in a circle, the first again at the end; empty if there is none."""
    graph = {name: imported_by(source, set(modules)) for name, source in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def imports_within_functions(source: str) -> list[int]:
    """The lines of the imports that run only when a function is called."""
    return sorted(
        {
            inner.lineno
            for outer in ast.walk(ast.parse(source))
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
            for inner in ast.walk(outer)
            if isinstance(inner, ast.Import | ast.ImportFrom)
        }
    )


def test_modules_import_each_other_in_no_circle() -> None:
    """A circle hides in a function too: at most three imports stand in one, each below a comment."""
    found = {name_of(path): path.read_text("utf-8") for path in modules(APP, ROOT / "tracker")}
    within = [
        (name, line, source.splitlines()[line - 2].strip())
        for name, source in found.items()
        for line in imports_within_functions(source)
    ]

    assert circle_of(found) == []
    assert len(within) <= 3, within
    assert [place for place in within if not place[-1].startswith("#")] == []


def test_the_search_finds_a_circle_of_imports() -> None:
    package = {
        "package.models": "from package.models.action import Action",
        "package.models.action": "def visible(rows):\n    from package import queries",
        "package.queries": "from package.models import Action",
    }
    open_circle = {**package, "package.models.action": "class Action: ..."}

    assert set(circle_of(package)) == set(package)
    assert circle_of(open_circle) == []
    assert imports_within_functions(package["package.models.action"]) == [2]
