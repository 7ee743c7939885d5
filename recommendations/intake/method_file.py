"""A framework file under `seeds/frameworks/`: an inspectorate's rating method as TOML."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationInfo, field_validator

from recommendations.framework import Method
from recommendations.intake.problems import Problem
from recommendations.intake.seed_file import (
    AtLeastOne,
    Flag,
    Name,
    Prose,
    QuestionNumber,
    SeedTable,
    StandardNumber,
    Whole,
    earlier_values,
    read_seed_file,
    refuse_repeated,
    text_like,
    text_of,
    unique,
)

_Slug = Annotated[
    str,
    text_like(
        r"(?=.{1,60}\Z)[a-z0-9]+(?:-[a-z0-9]+)*",
        "a slug of up to 60 small letters, figures and hyphens",
    ),
]
_Code = Annotated[
    str,
    text_like(
        r"(?=.{1,40}\Z)[a-z0-9]+(?:_[a-z0-9]+)*",
        "a code of up to 40 small letters, figures and underscores",
    ),
]
_LevelName = Annotated[str, text_of(60)]
_PartName = Annotated[str, text_of(100)]
_DomainNumber = Annotated[Whole, Field(ge=1, le=9)]
_Percentage = Annotated[Whole, Field(le=100)]


class DomainTable(SeedTable):
    number: Annotated[_DomainNumber, unique("domain")]
    name: _PartName


class _LevelTable(SeedTable):
    code: _Code
    name: _LevelName

    @field_validator("code", "name")
    @classmethod
    def _unique_in_scale(cls, value: str, info: ValidationInfo) -> str:
        """People look a level up by its code or its name, so each belongs to one level."""
        if value.casefold() == info.data.get("code"):
            return value
        return refuse_repeated(value, info, group=cls.__name__)


class JudgementTable(_LevelTable):
    order: Annotated[Whole, unique("order")]
    verified: Flag
    definition: Prose


class RatingTable(_LevelTable):
    score: Whole
    percentage_from: _Percentage
    total_from: Whole
    percentage_confirmed: Flag
    total_confirmed: Flag


class KeyQuestionTable(SeedTable):
    number: Annotated[QuestionNumber, unique("number")]
    text: Prose


class StandardTable(SeedTable):
    number: Annotated[StandardNumber, unique("number")]
    name: _PartName
    domain: _DomainNumber
    rated: Flag
    key_questions: tuple[KeyQuestionTable, ...] = ()

    @field_validator("domain")
    @classmethod
    def _listed_and_in_number(cls, domain: int, info: ValidationInfo) -> int:
        if str(domain) not in earlier_values(info, "domain"):
            raise ValueError("the number of a domain listed")
        number = info.data.get("number", "")
        if number and not number.startswith(f"{domain}."):
            raise ValueError(f"{number[0]}, with which the number {number} begins")
        return domain

    @field_validator("key_questions")
    @classmethod
    def _numbered_by_standard(
        cls, questions: tuple[KeyQuestionTable, ...], info: ValidationInfo
    ) -> tuple[KeyQuestionTable, ...]:
        number = info.data.get("number", "")
        wrong = [one.number for one in questions if not one.number.startswith(f"{number}.")]
        if number and wrong:
            raise ValueError(f"numbers of standard {number}, not {', '.join(wrong)}")
        return questions


class MethodFile(SeedTable):
    """A whole file, whose parts are named like those of `Method`."""

    slug: _Slug
    version: Annotated[Whole, Field(ge=1)]
    name: Name
    discretion_points: _Percentage
    domains: Annotated[tuple[DomainTable, ...], AtLeastOne]
    standards: Annotated[tuple[StandardTable, ...], AtLeastOne]
    judgements: Annotated[tuple[JudgementTable, ...], AtLeastOne]
    ratings: Annotated[tuple[RatingTable, ...], AtLeastOne]

    @field_validator("ratings")
    @classmethod
    def _rise_from_zero(
        cls, ratings: tuple[RatingTable, ...], info: ValidationInfo
    ) -> tuple[RatingTable, ...]:
        """Scores and bands start at 0 and rise, so that every figure falls in exactly one band."""
        wrong = []
        for key in ("score", "percentage_from", "total_from"):
            figures = [getattr(rating, key) for rating in ratings]
            if figures != sorted({0, *figures}):
                wrong.append(f"`{key}` to rise from 0 (it is {', '.join(map(str, figures))})")
        if "standards" in info.data:
            most = ratings[-1].score * sum(standard.rated for standard in info.data["standards"])
            if ratings[-1].total_from > most:
                wrong.append(f"`total_from` of {most} or less in the last, the most that all standards give")
        if wrong:
            raise ValueError(" and ".join(wrong))
        return ratings


_METHOD = TypeAdapter(Method)


def read_method(text: str) -> tuple[Method | None, tuple[Problem, ...]]:
    """Read a framework file: the method, or None and every problem."""
    file, problems = read_seed_file(text, MethodFile)
    if file is None:
        return None, problems
    domains = tuple((domain.number, domain.name) for domain in file.domains)
    return _METHOD.validate_python({**file.model_dump(), "domains": domains}), ()
