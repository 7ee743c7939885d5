"""The published part: organisations, frameworks, standards, inspections, measures."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from recommendations.api.shapes import briefs
from recommendations.api.shapes.parts import Address, Beside, Json, Made, Object, Side, Told, Value, listing
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.shapes.work import SEQUENCE
from recommendations.exports import Kind
from recommendations.models import (
    Judgement,
    KeyQuestion,
    KeyQuestionResult,
    OrganisationAlias,
    Rating,
    Standard,
    StandardRating,
)
from recommendations.models.measure import figure_in_words
from recommendations.queries.parameters import KEYS


def _aliases(ask: Ask) -> Any:
    return OrganisationAlias.objects.filter(organisation__among=KEYS).order_by("name", "pk")


ORGANISATION = Shape(
    {
        "slug": Value("slug"),
        "name": Value("name", Kind.TEXT),
        "url": Address("organisations", "slug"),
        "level": Value("level"),
        "parent": briefs.organisation("parent", optional=True),
        "aliases": Beside(Side(_aliases, Value("name", Kind.TEXT), by="organisation_id"), flat="; ".join),
        "made_up": Value("made_up", Kind.FLAG),
        "sequence": SEQUENCE,
    }
)


def _of_framework(model: Any, *ordering: str) -> Any:
    return lambda ask: model.objects.filter(framework__among=KEYS).order_by(*ordering, "pk")


_STANDARD = {
    "number": Value("number"),
    "name": Value("name", Kind.TEXT),
    "domain": Value("domain", Kind.NUMBER),
    "domain_name": Value("domain_name", Kind.TEXT),
    "rated": Value("rated", Kind.FLAG),
}
KEY_QUESTION = {"number": Value("number"), "text": Value("text", Kind.TEXT)}
_RATINGS = Side(
    _of_framework(Rating, "score"),
    Object(
        code=Value("code"),
        name=Value("name", Kind.TEXT),
        score=Value("score", Kind.NUMBER),
        percentage_from=Value("percentage_from", Kind.NUMBER),
        percentage_confirmed=Value("percentage_confirmed", Kind.FLAG),
        total_from=Value("total_from", Kind.NUMBER),
        total_confirmed=Value("total_confirmed", Kind.FLAG),
    ),
    by="framework_id",
)
_JUDGEMENTS = Side(
    _of_framework(Judgement, "order"),
    Object(
        code=Value("code"),
        name=Value("name", Kind.TEXT),
        order=Value("order", Kind.NUMBER),
        verified=Value("verified", Kind.FLAG),
        definition=Value("definition", Kind.TEXT),
    ),
    by="framework_id",
)
_STANDARDS = Side(_of_framework(Standard, "number"), Object(_STANDARD), by="framework_id")
_QUESTIONS = Side(
    lambda ask: KeyQuestion.objects.filter(standard__framework__among=KEYS).order_by("number", "pk"),
    Object(KEY_QUESTION, standard=Value("standard__number")),
    by="standard__framework_id",
)


def _standards(values: list[Any], told: Told) -> list[dict[str, Any]]:
    """The standards of a framework, each with its key questions."""
    standards, questions = values
    return [
        standard
        | {
            "key_questions": [
                {"number": question["number"], "text": question["text"]}
                for question in questions
                if question["standard"] == standard["number"]
            ]
        }
        for standard in standards
    ]


FRAMEWORK = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "slug": Value("slug"),
        "version": Value("version", Kind.NUMBER),
        "name": Value("name", Kind.TEXT),
        "url": Address("frameworks", "pk"),
        "discretion_points": Value("discretion_points", Kind.NUMBER),
        "ratings": Beside(_RATINGS, flat=listing("name")),
        "judgements": Beside(_JUDGEMENTS, flat=listing("name")),
        "standards": Made(_standards, Beside(_STANDARDS), Beside(_QUESTIONS), flat=listing("number")),
    }
)
STANDARD = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "url": Address("standards", "pk"),
        **_STANDARD,
        "framework": briefs.framework("framework"),
    }
)

_INSPECTION = {
    "reference": Value("reference"),
    "title": Value("title", Kind.TEXT),
    "url": Address("inspections", "reference"),
    "inspected": briefs.organisation("inspected"),
    "region": briefs.organisation("region", optional=True),
    "inspectorate": briefs.organisation("inspectorate"),
    "framework": briefs.framework("framework"),
    "published_earliest": Value("published_earliest", Kind.DAY),
    "published_latest": Value("published_latest", Kind.DAY),
    "published_precision": Value("published_precision"),
    "isbn": Value("isbn", Kind.TEXT),
    "report_url": Value("url", Kind.TEXT),
    "fieldwork_started": Value("fieldwork_started", Kind.DAY),
    "fieldwork_ended": Value("fieldwork_ended", Kind.DAY),
    "sample_size": Value("sample_size", Kind.NUMBER),
    "sample_from": Value("sample_from", Kind.DAY),
    "sample_to": Value("sample_to", Kind.DAY),
    "interviews": Value("interviews", Kind.NUMBER),
    "score": Value("score", Kind.NUMBER),
    "score_out_of": Value("score_out_of", Kind.NUMBER),
    "overall": briefs.rating("overall"),
    "has_curated_data": Value("has_curated_data", Kind.FLAG),
    "sequence": SEQUENCE,
}


def _differs(values: list[Any], told: Told) -> bool:
    guidance, awarded = values
    return guidance is not None and guidance != awarded


_STANDARD_RATINGS = Side(
    lambda ask: StandardRating.objects.filter(inspection__among=KEYS).order_by("standard__number", "pk"),
    Object(
        standard=briefs.standard("standard"),
        awarded=briefs.rating("awarded"),
        guidance=briefs.rating("guidance", optional=True),
        guidance_source=Value("guidance_source"),
        differs=Made(_differs, Value("guidance_id"), Value("awarded_id"), kind=Kind.FLAG),
        reason=Value("reason", Kind.TEXT),
    ),
    by="inspection_id",
)
_RESULTS = Side(
    lambda ask: KeyQuestionResult.objects.filter(inspection__among=KEYS).order_by(
        "key_question__number", "pk"
    ),
    Object(
        key_question=Object(
            number=Value("key_question__number"), text=Value("key_question__text", Kind.TEXT)
        ),
        standard=briefs.standard("key_question__standard"),
        percentage=Value("percentage", Kind.NUMBER),
        n=Value("n", Kind.NUMBER),
        out_of=Value("out_of", Kind.NUMBER),
    ),
    by="inspection_id",
)
AS_OF = Made(lambda values, told: told.as_of, kind=Kind.DAY)
LATER = ("standard_ratings", "key_question_results", "intake_warnings", "progress")
INSPECTION = Shape(_INSPECTION)
INSPECTION_DETAIL = Shape(
    {
        **_INSPECTION,
        "standard_ratings": Beside(_STANDARD_RATINGS),
        "key_question_results": Beside(_RESULTS),
        "intake_warnings": Json("intake_warnings"),
        # Totals of the work in the caller's reach: the view counts them.
        "progress": Made(lambda values, told: None),
    }
)


def as_of_a_day(shape: Shape) -> Shape:
    """The same shape of a past day, which says which."""
    names = {**shape.parts}
    later = {name: names.pop(name) for name in LATER if name in names}
    return replace(shape, parts={**names, "as_of": AS_OF, **later})


def _in_words(values: list[Any], told: Told) -> str:
    names = ("unit", "qualifier", "value", "n", "out_of")
    row: Any = SimpleNamespace(**dict(zip(names, values, strict=True)))
    row.value = None if row.value is None else Decimal(str(row.value))
    return figure_in_words(row)


BASELINE = {
    "id": Value("pk", Kind.NUMBER),
    "url": Address("measures", "pk"),
    "slug": Value("slug"),
    "question": Value("question", Kind.TEXT),
    "key_question": Value("key_question__number"),
    "unit": Value("unit"),
    "better": Value("better"),
    "qualifier": Value("qualifier", Kind.TEXT),
    "value": Value("value", Kind.NUMBER),
    "n": Value("n", Kind.NUMBER),
    "out_of": Value("out_of", Kind.NUMBER),
    "in_words": Made(_in_words, *(Value(name) for name in ("unit", "qualifier", "value", "n", "out_of"))),
    "target": Value("target", Kind.NUMBER),
    "section": Value("section"),
    "passage": Value("passage", Kind.TEXT),
    "note": Value("note", Kind.TEXT),
}
MEASURE = Shape({**BASELINE, "recommendation": briefs.recommendation("recommendation"), "sequence": SEQUENCE})
