"""The documentation is true: its commands, options, settings, resources, steps and roles are the code's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.core.management import get_commands, load_command_class

from recommendations import roles
from recommendations.api.urls import router
from recommendations.operations.conditions import fields_of
from recommendations.workflow import ACTION, RECOMMENDATION, Need, Step, Workflow
from tests.checks import CODE, ROOT

APP = ROOT / "recommendations"
README = (ROOT / "README.md").read_text("utf-8")
MAP = (APP / "README.md").read_text("utf-8")


def section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(text: str, heading: str) -> Iterator[str]:
    """The first cell of each row of the tables under a heading."""
    cells = re.findall(r"^\| ([^|]+?) \|", section(text, heading), re.MULTILINE)
    return (cell.strip("`") for cell in cells if not set(cell) <= {"-"})


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 200


def test_the_two_commands_are_single_lines_within_the_first_screen() -> None:
    commands = re.findall(r"```sh\n(.+)\n```", "\n".join(README.splitlines()[:30]))
    assert [command.rsplit(maxsplit=2)[-2:] for command in commands] == [
        ["manage.py", "quickstart"],
        ["-m", "tests"],
    ]


def test_the_settings_are_those_that_are_read() -> None:
    source = (ROOT / "tracker" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    assert set(rows(README, "Settings")) - {"variable"} == read


def test_the_resources_are_those_of_the_api() -> None:
    assert set(rows(MAP, "The resources of the API")) - {"resource"} == {"summary"} | {
        prefix for prefix, _, _ in router.registry
    }


def test_the_roles_are_those_of_the_table() -> None:
    assert list(rows(README, "Who sees and does what"))[1:] == list(roles.CAPABILITIES)


def test_the_steps_are_those_of_the_workflow() -> None:
    lines = section(MAP, "The steps of the workflow").splitlines()
    written = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "`" in line]
    told = [
        [
            f"`{step.name}`",
            noun,
            _codes(table, step),
            f"`{step.target}`" + (" or `not_agreed`" if Need.ANSWER in step.needs else ""),
            ", ".join(roles.roles_with(step.capability)),
            ", ".join(f"`{name}`" for name in fields_of(step)) or "–",
        ]
        for noun, table in (("recommendation", RECOMMENDATION), ("action", ACTION))
        for step in table.steps
    ]
    assert [row for row in written if len(row) == 6] == told


def _codes(table: Workflow, step: Step) -> str:
    if len(step.sources) == len(table.states) - 1:
        return "any other"
    return ", ".join(f"`{code}`" for code in table.states if code in step.sources)


def test_the_options_of_the_import_are_those_of_the_command() -> None:
    parser = load_command_class("recommendations", "import_report").create_parser(
        "manage.py", "import_report"
    )
    own = {action.option_strings[-1] for action in parser._actions if action.dest not in BUILT_IN | {"file"}}
    assert set(rows(README, "Importing another report")) - {"option"} == own


BUILT_IN = {
    "help",
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}


def test_every_command_is_named_and_every_one_that_is_named_exists() -> None:
    named = set(re.findall(r"manage\.py (\w+)", README + MAP))
    own = {name for name, app in get_commands().items() if app == "recommendations"}
    assert own <= named <= set(get_commands())
    assert "verify_events" in own


def test_the_pins_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        assert "://" not in (ROOT / name).read_text("utf-8")


def test_every_dependency_is_pinned_and_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").split("[tool.ruff]")[0].splitlines()
    pins = [line.strip() for line in lines if re.match(r'\s+"[a-z-]+(\[|=)', line)]
    assert len(pins) > 25
    assert all("==" in pin for pin in pins)


def test_the_map_of_the_app_has_every_package() -> None:
    cells = re.findall(r"^\| (`[^|]+) \|", section(MAP, "The packages"), re.MULTILINE)
    there = {path.stem for path in APP.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == there - {
        "__init__",
        "migrations",
    }


def test_the_map_names_files_and_functions_that_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)(?::([\w.]+))?`", MAP)
    assert len(named) > 50
    assert [(path, name) for path, name in named if not _is_defined(path, name)] == []


def _is_defined(path: str, name: str) -> bool:
    file = next((home / path for home in (APP, ROOT) if (home / path).is_file()), None)
    if file is None:
        return False
    body: list[ast.stmt] = ast.parse(file.read_text("utf-8")).body
    for part in name.split(".") if name else []:
        found = [node for node in body if part in _names_of(node)]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _names_of(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def test_no_file_cites_a_document_that_is_not_in_the_repository() -> None:
    folders = [ROOT / name for name in (*CODE, ".github", "seeds")]
    files = [ROOT / "README.md", *(path for folder in folders for path in folder.rglob("*.*"))]
    missing = [
        (str(file.relative_to(ROOT)), cited)
        for file in files
        if file.suffix in {".py", ".md", ".html"}
        for cited in re.findall(r"[\w./-]*\w\.md\b", file.read_text("utf-8"))
        if not _is_document(file, cited)
    ]
    assert missing == []


def _is_document(file: Path, cited: str) -> bool:
    return any((folder / cited).is_file() for folder in (ROOT, file.parent))
