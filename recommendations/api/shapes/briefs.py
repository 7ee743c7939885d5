"""The small objects by which one row refers to another."""

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from recommendations.api.shapes.parts import Address, Object, Part
from recommendations.api.shapes.parts import Value as Plain
from recommendations.exports import Kind

ENDS = ("words", "earliest", "latest", "precision")


def organisation(path: str, *, optional: bool = False) -> Object:
    return Object(
        optional=optional,
        slug=Plain(f"{path}__slug"),
        name=Plain(f"{path}__name", Kind.TEXT),
        url=Address("organisations", f"{path}__slug"),
    )


def recommendation(path: str, *, optional: bool = False) -> Object:
    return Object(
        optional=optional,
        reference=Plain(f"{path}__reference"),
        url=Address("recommendations", f"{path}__reference"),
    )


def action(path: str) -> Object:
    return Object(
        optional=True,
        id=Plain(f"{path}_id", Kind.NUMBER),
        label=Plain(f"{path}__label"),
        url=Address("actions", f"{path}_id"),
    )


def inspection(path: str) -> Object:
    return Object(
        reference=Plain(f"{path}__reference"),
        title=Plain(f"{path}__title", Kind.TEXT),
        url=Address("inspections", f"{path}__reference"),
    )


def person(path: str, *, optional: bool = False) -> Object:
    return Object(
        optional=optional,
        username=Plain(f"{path}__username", Kind.TEXT),
        name=Plain(full_name(path), Kind.TEXT),
    )


def full_name(path: str) -> Any:
    """A person's name, or the username where none is given."""
    whole = Trim(Concat(F(f"{path}__first_name"), Value(" "), F(f"{path}__last_name")))
    return Coalesce(NullIf(whole, Value("")), F(f"{path}__username"))


def standard(path: str) -> Object:
    return Object(number=Plain(f"{path}__number"), name=Plain(f"{path}__name", Kind.TEXT))


def rating(path: str, *, optional: bool = False) -> Object:
    return Object(
        optional=optional,
        code=Plain(f"{path}__code"),
        name=Plain(f"{path}__name", Kind.TEXT),
        score=Plain(f"{path}__score", Kind.NUMBER),
    )


def framework(path: str) -> Object:
    return Object(
        id=Plain(f"{path}_id", Kind.NUMBER),
        slug=Plain(f"{path}__slug"),
        version=Plain(f"{path}__version", Kind.NUMBER),
        url=Address("frameworks", f"{path}_id"),
    )


def span(stem: str) -> dict[str, Part]:
    """The parts of a date kept under `stem`: as it was said, and the days that it can mean."""
    kinds = {"words": Kind.TEXT, "earliest": Kind.DAY, "latest": Kind.DAY, "precision": Kind.CODE}
    return {end: Plain(f"{stem}_{end}", kinds[end]) for end in ENDS}
