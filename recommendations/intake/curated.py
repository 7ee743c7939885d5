"""The curated data under `seeds/`: facts that people read out of a report and no parser can.

With any problem a reader returns no content, so that half a file is never recorded.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationInfo, field_validator

from recommendations.intake.problems import Problem
from recommendations.intake.reference import WELL_FORMED
from recommendations.intake.seed_file import (
    AtLeastOne,
    Flag,
    Name,
    Note,
    Prose,
    QuestionNumber,
    SeedTable,
    Slug,
    StandardNumber,
    Whole,
    one_of,
    read_seed_file,
    refuse_twice,
    text_like,
    text_of,
    unique,
)

_MOST = {"percent": 100, "yes_no": 1}
_LARGEST_VALUE = Decimal("9999999.99")


def _figure(found: object) -> Decimal:
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        figure = Decimal(found)
        if figure.is_finite() and 0 <= figure <= _LARGEST_VALUE and figure == round(figure, 2):
            return figure
    raise ValueError(f"a number from 0 to {_LARGEST_VALUE}, of two decimals")


_Count = Annotated[int, Strict(), Field(ge=0, le=2_147_483_647)]


class OrganisationSeed(SeedTable):
    """An organisation and the other names that reports use for it; `parent` is a slug."""

    slug: Annotated[Slug, unique("slug")]
    name: Annotated[Name, unique("name")]
    level: Annotated[str, one_of("national_service", "region", "pdu", "partner", "assurance", "inspectorate")]
    parent: Slug | None = Field(default=None, validate_default=True)
    aliases: tuple[Annotated[Name, unique("name")], ...] = ()
    made_up: Flag = False
    note: Note = ""

    @field_validator("parent")
    @classmethod
    def _in_a_tree(cls, parent: str | None, info: ValidationInfo) -> str | None:
        """Regions and PDUs have a parent, a national service has none, and parents form no circle."""
        level, parents = info.data.get("level"), info.context.parents if info.context else {}
        if parent is None:
            if level in ("region", "pdu"):
                raise ValueError(f"the parent of a {level}")
        elif level == "national_service":
            raise ValueError(f"none for a {level}")
        elif parents and parent not in parents:
            raise ValueError("the slug of an organisation listed")
        elif cycle := _cycle_from(info.data.get("slug", ""), parents):
            raise ValueError(f"no circle of parents ({cycle})")
        return parent


def _cycle_from(slug: str, parents: dict[str, object]) -> str:
    """The way from an organisation up to itself, or "" where the line ends or loops further up."""
    way, above = [slug], parents.get(slug)
    while isinstance(above, str) and above not in way:
        way.append(above)
        above = parents.get(above)
    return " → ".join([*way, slug]) if above == slug else ""


class OrganisationsFile(SeedTable):
    organisations: Annotated[tuple[OrganisationSeed, ...], AtLeastOne]

    @field_validator("organisations", mode="before")
    @classmethod
    def _note_parents(cls, tables: object, info: ValidationInfo) -> object:
        """An organisation may name a parent that is listed below it."""
        if info.context and isinstance(tables, list):
            named = [one for one in tables if isinstance(one, dict) and isinstance(one.get("slug"), str)]
            info.context.parents.update({one["slug"]: one.get("parent") for one in named})
        return tables


class MeasureSeed(SeedTable):
    """A figure as printed, with the verbatim passage and the number of its section.

    `value` is in `unit`; `n` of `out_of` are there only where printed. `qualifier` is the
    printed word before the figure ("over"). `better` is "" for a figure that is context only.
    """

    slug: Annotated[Slug, unique("measure")]
    question: Annotated[str, text_of(300)]
    unit: Annotated[str, one_of("percent", "cases", "people", "hours", "caseload", "yes_no")]
    better: Annotated[str, one_of("higher", "lower", "")]
    out_of: Annotated[_Count, Field(ge=1)] | None = None
    n: _Count | None = Field(default=None, validate_default=True)
    value: Annotated[Decimal, BeforeValidator(_figure)] | None = Field(default=None, validate_default=True)
    qualifier: Annotated[str, text_of(40, least=0)] = ""
    passage: Prose
    section: Annotated[str, text_like(r"[1-9][0-9]?(?:\.[1-9][0-9]?)?", "a section number like 2.2")]
    key_question: QuestionNumber | None = None
    note: Note = ""

    @field_validator("n")
    @classmethod
    def _part_of_whole(cls, n: int | None, info: ValidationInfo) -> int | None:
        if "out_of" in info.data:
            out_of = info.data["out_of"]
            if (n is None) != (out_of is None):
                raise ValueError("`n` and `out_of` together, or neither")
            if n is not None and n > out_of:
                raise ValueError(f"at most {out_of}, its `out_of`")
        return n

    @field_validator("value")
    @classmethod
    def _given_and_in_range(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        """A baseline is a value, or `n` of `out_of`, or both."""
        if value is None:
            if info.data.get("n", 0) is None:
                raise ValueError("a `value`, or `n` and `out_of`")
        elif value > (most := _MOST.get(info.data.get("unit", ""), value)):
            raise ValueError(f"at most {most} for {info.data['unit']}")
        return value


class RecommendationSeed(SeedTable):
    """What a recommendation rests on in the framework, and how change would be measured."""

    number: Annotated[Whole, Field(ge=1), unique("recommendation")]
    standards: Annotated[tuple[StandardNumber, ...], AfterValidator(refuse_twice)] = ()
    key_questions: Annotated[tuple[QuestionNumber, ...], AfterValidator(refuse_twice)] = ()
    measurement_note: Note = ""
    measures: tuple[MeasureSeed, ...] = Field(default=(), validate_default=True)

    @field_validator("key_questions")
    @classmethod
    def _of_named_standards(cls, questions: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        missing = {number.rpartition(".")[0] for number in questions}.difference(
            info.data.get("standards", ())
        )
        if missing and "standards" in info.data:
            raise ValueError(f"{', '.join(sorted(missing))} in `standards` as well")
        return questions

    @field_validator("measures")
    @classmethod
    def _given_or_explained(
        cls, measures: tuple[MeasureSeed, ...], info: ValidationInfo
    ) -> tuple[MeasureSeed, ...]:
        if not measures and info.data.get("measurement_note") == "":
            raise ValueError("one, or a `measurement_note` that says why there is none")
        return measures


class CuratedInspection(SeedTable):
    """The curated data of one report; `framework` is slug and version, as in "hmip-pdu-1"."""

    reference: Annotated[str, text_like(WELL_FORMED.pattern, "a reference like BSG-2023")]
    framework: Slug
    recommendations: Annotated[tuple[RecommendationSeed, ...], AtLeastOne]


def read_organisations(text: str) -> tuple[tuple[OrganisationSeed, ...], tuple[Problem, ...]]:
    """Read `seeds/organisations.toml`: every organisation, or none and every problem."""
    file, problems = read_seed_file(text, OrganisationsFile)
    return (file.organisations if file else ()), problems


def read_curated(text: str) -> tuple[CuratedInspection | None, tuple[Problem, ...]]:
    """Read a file of `seeds/inspections/`: the curated data, or None and every problem.

    `operations.curated_data` compares it with the report.
    """
    return read_seed_file(text, CuratedInspection)
