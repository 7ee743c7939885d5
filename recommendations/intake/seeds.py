"""Finds and reads the curated data under a `seeds/` directory."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from recommendations.framework import Method
from recommendations.intake.curated import (
    CuratedInspection,
    OrganisationSeed,
    read_curated,
    read_organisations,
)
from recommendations.intake.method_file import read_method
from recommendations.intake.problems import Problem

Content = TypeVar("Content")


@dataclass(frozen=True)
class Seeds:
    """What `seeds/` holds; `problems` are sentences that name the file."""

    organisations: tuple[OrganisationSeed, ...]
    methods: tuple[Method, ...]
    curated: dict[str, CuratedInspection]
    problems: tuple[str, ...]


def read_seeds(directory: Path) -> Seeds:
    """Read organisations.toml, frameworks/*.toml and inspections/*.toml; absent files are no problem."""
    if not directory.is_dir():
        return Seeds((), (), {}, (f"{directory} is not a directory: where are the seeds?",))
    problems: list[str] = []

    def noted(path: Path, found: tuple[Content, tuple[Problem, ...]]) -> Content:
        content, wrong = found
        problems.extend(f"{path.name}: {problem}" for problem in wrong)
        return content

    tree = directory / "organisations.toml"
    organisations = noted(tree, read_organisations(_text(tree))) if tree.exists() else ()
    methods = [noted(p, read_method(_text(p))) for p in _tables(directory / "frameworks")]
    curated = [noted(p, read_curated(_text(p))) for p in _tables(directory / "inspections")]
    return Seeds(
        organisations=organisations,
        methods=tuple(method for method in methods if method),
        curated={one.reference: one for one in curated if one},
        problems=tuple(problems),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8"  # No TOML either: its reader refuses it, with the file's name.


def _tables(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.toml"))
