"""Finds and reads the curated data under a `seeds/` directory."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from recommendations.framework import Method
from recommendations.intake.curated import (
    CuratedInspection,
    OrganisationSeed,
    read_curated,
    read_method,
    read_organisations,
)
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
    problems: list[str] = []

    def noted(path: Path, found: tuple[Content, tuple[Problem, ...]]) -> Content:
        content, wrong = found
        problems.extend(f"{path.name}: {problem}" for problem in wrong)
        return content

    tree = directory / "organisations.toml"
    organisations = noted(tree, read_organisations(tree.read_text())) if tree.exists() else ()
    methods = [noted(p, read_method(p.read_text())) for p in _tables(directory / "frameworks")]
    curated = [noted(p, read_curated(p.read_text())) for p in _tables(directory / "inspections")]
    return Seeds(
        organisations=organisations,
        methods=tuple(method for method in methods if method),
        curated={one.reference: one for one in curated if one},
        problems=tuple(problems),
    )


def _tables(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.toml"))
