"""The curated data under `seeds/`: what people read out of a report and no parser can.

Each reader takes the text of one TOML file and returns what it holds with every problem found.
With any problem it returns nothing else, so that half a file is never recorded.
"""

from dataclasses import dataclass
from decimal import Decimal

from recommendations.intake.method_file import STANDARD_NUMBER, read_method
from recommendations.intake.problems import Problem
from recommendations.intake.reference import WELL_FORMED
from recommendations.intake.toml_table import (
    Once,
    Rule,
    Table,
    one_of,
    parsed,
    text_like,
    text_of,
)

__all__ = [
    "CuratedInspection",
    "MeasureSeed",
    "OrganisationSeed",
    "RecommendationSeed",
    "read_curated",
    "read_method",
    "read_organisations",
]

LEVELS = ("national_service", "region", "pdu", "partner", "assurance", "inspectorate")
UNITS = ("percent", "cases", "people", "hours", "caseload", "yes_no")
BETTER = ("higher", "lower", "")

_SLUG = text_like(
    r"(?=.{1,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*",
    "a slug of up to 80 small letters, figures and hyphens",
)
_REFERENCE = Rule("a reference like BSG-2023", lambda found: WELL_FORMED.fullmatch(found) is not None)
_SECTION = text_like(r"[1-9][0-9]?(?:\.[1-9][0-9]?)?", "a section number like 2.2")
_STANDARD = text_like(STANDARD_NUMBER, "a standard number like 2.2")
_KEY_QUESTION = text_like(rf"{STANDARD_NUMBER}\.[1-9]", "a key question number like 2.2.3")
_NAME, _QUESTION, _PROSE, _QUALIFIER = text_of(200), text_of(300), text_of(5000), text_of(40)


@dataclass(frozen=True)
class OrganisationSeed:
    """A body and the other names under which reports speak of it; `parent` is a slug."""

    slug: str
    name: str
    level: str
    parent: str | None
    aliases: tuple[str, ...]
    made_up: bool
    note: str


@dataclass(frozen=True)
class MeasureSeed:
    """A figure as printed, with the verbatim passage and the number of its section.

    `value` is in `unit`; `n` of `out_of` are there only where printed. `qualifier` is the
    printed word before the figure ("over"). `better` is "" for a figure that is context only.
    """

    slug: str
    question: str
    unit: str
    better: str
    value: Decimal | None
    qualifier: str
    n: int | None
    out_of: int | None
    passage: str
    section: str
    key_question: str | None
    note: str


@dataclass(frozen=True)
class RecommendationSeed:
    """What a recommendation rests on in the framework, and how change would be measured."""

    number: int
    standards: tuple[str, ...]
    key_questions: tuple[str, ...]
    measurement_note: str
    measures: tuple[MeasureSeed, ...]


@dataclass(frozen=True)
class CuratedInspection:
    """The curated data of one report; `framework` is slug and version, as in "hmip-pdu-1"."""

    reference: str
    framework: str
    recommendations: tuple[RecommendationSeed, ...]


def read_organisations(text: str) -> tuple[tuple[OrganisationSeed, ...], tuple[Problem, ...]]:
    """Read `seeds/organisations.toml`: every body, or none and every problem."""
    problems: list[Problem] = []
    if file := parsed(text, problems):
        tables = file.tables("organisations")
        seeds = tuple(_organisation(table) for table in tables)
        file.close()
        _check_names(tables, seeds)
        _check_line(tables, seeds)
        if not problems:
            return seeds, ()
    return (), tuple(problems)


def _organisation(table: Table) -> OrganisationSeed:
    seed = OrganisationSeed(
        slug=table.text("slug", _SLUG),
        name=table.text("name", _NAME),
        level=table.text("level", one_of(LEVELS)),
        parent=table.text("parent", _SLUG, default="") or None,
        aliases=table.texts("aliases", _NAME),
        made_up=table.flag("made_up", default=False),
        note=table.text("note", _PROSE, default=""),
    )
    table.close()
    return seed


def _check_names(tables: list[Table], seeds: tuple[OrganisationSeed, ...]) -> None:
    """A slug, a name and an alias each lead to one body: addressees are looked up by them."""
    slugs, names = Once(), Once()
    for table, seed in zip(tables, seeds, strict=True):
        slugs.note(table, "slug", seed.slug)
        names.note(table, "name", seed.name)
    for table, seed in zip(tables, seeds, strict=True):
        for alias in seed.aliases:
            names.note(table, "aliases", alias)


def _check_line(tables: list[Table], seeds: tuple[OrganisationSeed, ...]) -> None:
    """The parents form a tree: regions and PDUs stand in it, a national service heads it."""
    parents = {seed.slug: seed.parent for seed in seeds}
    for table, seed in zip(tables, seeds, strict=True):
        if seed.parent is None:
            if seed.level in ("region", "pdu"):
                table.refuse("parent", f"found nothing, expected the parent of a {seed.level}")
        elif seed.level == "national_service":
            table.refuse("parent", f"found “{seed.parent}”, expected none for a {seed.level}")
        elif seed.parent not in parents:
            table.refuse("parent", f"found “{seed.parent}”, expected the slug of a body listed")
        elif cycle := _cycle_from(seed.slug, parents):
            table.refuse("parent", f"found a cycle ({cycle}), expected a line that ends")


def _cycle_from(slug: str, parents: dict[str, str | None]) -> str:
    """The way from a body up to itself, or "" where the line ends or loops further up."""
    way, above = [slug], parents[slug]
    while above is not None and above not in way:
        way.append(above)
        above = parents.get(above)
    return " → ".join([*way, slug]) if above == slug else ""


def read_curated(text: str) -> tuple[CuratedInspection | None, tuple[Problem, ...]]:
    """Read a file of `seeds/inspections/`: the curated data, or None and every problem.

    Whether passages and figures stand in the report is asked when both are at hand.
    """
    problems: list[Problem] = []
    if file := parsed(text, problems):
        tables = file.tables("recommendations")
        numbers, slugs = Once(), Once()
        inspection = CuratedInspection(
            reference=file.text("reference", _REFERENCE),
            framework=file.text("framework", _SLUG),
            recommendations=tuple(_recommendation(table, numbers, slugs) for table in tables),
        )
        file.close()
        if not problems:
            return inspection, ()
    return None, tuple(problems)


def _recommendation(table: Table, numbers: Once, slugs: Once) -> RecommendationSeed:
    measures = table.tables("measures", required=False)
    seed = RecommendationSeed(
        number=table.whole("number", least=1),
        standards=table.texts("standards", _STANDARD),
        key_questions=table.texts("key_questions", _KEY_QUESTION),
        measurement_note=table.text("measurement_note", _PROSE, default=""),
        measures=tuple(_measure(measure, slugs) for measure in measures),
    )
    table.close()
    if table.is_sound("number"):
        numbers.note(table, "number", seed.number)
    for number in seed.key_questions:
        if number.rpartition(".")[0] not in seed.standards:
            table.refuse("key_questions", f"found {number}, expected its standard in `standards`")
    if not seed.measures and not seed.measurement_note:
        table.refuse("measures", "found none, expected one, or a `measurement_note` that says why")
    return seed


def _measure(table: Table, slugs: Once) -> MeasureSeed:
    seed = MeasureSeed(
        slug=table.text("slug", _SLUG),
        question=table.text("question", _QUESTION),
        unit=table.text("unit", one_of(UNITS)),
        better=table.text("better", one_of(BETTER)),
        value=table.maybe_number("value"),
        qualifier=table.text("qualifier", _QUALIFIER, default=""),
        n=table.maybe_whole("n"),
        out_of=table.maybe_whole("out_of", least=1),
        passage=table.text("passage", _PROSE),
        section=table.text("section", _SECTION),
        key_question=table.text("key_question", _KEY_QUESTION, default="") or None,
        note=table.text("note", _PROSE, default=""),
    )
    table.close()
    slugs.note(table, "slug", seed.slug)
    _check_figure(table, seed)
    return seed


def _check_figure(table: Table, seed: MeasureSeed) -> None:
    """A baseline is a value, or n out of so many, or both; a share is never above the whole."""
    if (seed.n is None) != (seed.out_of is None):
        there, absent = ("n", "out_of") if seed.out_of is None else ("out_of", "n")
        if not table.has(absent):
            table.refuse(absent, f"found nothing, expected it beside `{there}`")
    elif seed.n is not None and seed.out_of is not None and seed.n > seed.out_of:
        table.refuse("n", f"found {seed.n}, expected at most {seed.out_of}, its `out_of`")
    if not any(table.has(key) for key in ("value", "n", "out_of")):
        table.refuse("value", "found nothing, expected a `value`, or `n` and `out_of`")
    if seed.value is not None:
        most = {"percent": 100, "yes_no": 1}.get(seed.unit)
        if most is not None and seed.value > most:
            table.refuse("value", f"found {seed.value}, expected at most {most} for {seed.unit}")
