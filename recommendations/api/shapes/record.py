"""What is kept version by version, and the record itself: responses, reviews, readings, events."""

from typing import Any

import orjson

from recommendations.api.shapes import briefs
from recommendations.api.shapes.parts import Address, Json, Made, Object, Told, Value
from recommendations.api.shapes.shape import Shape
from recommendations.api.shapes.work import SEQUENCE
from recommendations.exports import Kind
from recommendations.models.event import shown_changes

RESPONSE = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "url": Address("responses", "pk"),
        "recommendation": briefs.recommendation("recommendation"),
        "number": Value("number", Kind.NUMBER),
        "answer": Value("answer"),
        "accepted_part": Value("accepted_part", Kind.TEXT),
        "reason": Value("reason", Kind.TEXT),
        "dated": Value("dated", Kind.DAY),
        "author": briefs.person("author"),
        "recorded_at": Value("recorded_at", Kind.INSTANT),
        "sequence": SEQUENCE,
    }
)
REVIEW = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "url": Address("reviews", "pk"),
        "recommendation": briefs.recommendation("recommendation"),
        "judgement": Object(
            code=Value("judgement__code"),
            name=Value("judgement__name", Kind.TEXT),
            verified=Value("judgement__verified", Kind.FLAG),
        ),
        "dated": Value("dated", Kind.DAY),
        "narrative": Value("narrative", Kind.TEXT),
        "claim": Json("claim"),
        "corrects": Address("reviews", "corrects_id"),
        "reviewer": briefs.person("reviewer"),
        "recorded_at": Value("recorded_at", Kind.INSTANT),
        "sequence": SEQUENCE,
    }
)
READING = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "url": Address("readings", "pk"),
        "measure": Address("measures", "measure_id"),
        "recommendation": briefs.recommendation("measure__recommendation"),
        "taken_on": Value("taken_on", Kind.DAY),
        "value": Value("value", Kind.NUMBER),
        "n": Value("n", Kind.NUMBER),
        "out_of": Value("out_of", Kind.NUMBER),
        "source": Value("source", Kind.TEXT),
        "note": Value("note", Kind.TEXT),
        "movement": Value("movement"),
        "p_value": Value("p_value", Kind.NUMBER),
        "recorded_by": briefs.person("recorded_by"),
        "recorded_at": Value("recorded_at", Kind.INSTANT),
        "sequence": SEQUENCE,
    }
)


def _content(text: str | None) -> dict[str, Any]:
    return orjson.loads(text) if text else {"reason": "", "rows": []}


def _reason(values: list[Any], told: Told) -> str:
    return _content(values[0])["reason"]


def _changes(values: list[Any], told: Told) -> list[dict[str, Any]]:
    return shown_changes(_content(values[0])["rows"])


def _redacted(values: list[Any], told: Told) -> bool:
    return values[0] is None


PAYLOAD = Value("payload__text", Kind.TEXT)
EVENT = Shape(
    {
        "sequence": SEQUENCE,
        "url": Address("events", "sequence"),
        "at": Value("at", Kind.INSTANT),
        "actor": briefs.person("actor"),
        "role": Value("role"),
        "organisation": Value("organisation"),
        "channel": Value("channel"),
        "request_id": Value("request_id", Kind.TEXT),
        "verb": Value("verb"),
        "object": Object(noun=Value("noun"), id=Value("object_id", Kind.TEXT)),
        "label": Value("label", Kind.TEXT),
        "recommendation": briefs.recommendation("recommendation", optional=True),
        "action": briefs.action("action"),
        "version_before": Value("version_before", Kind.NUMBER),
        "version_after": Value("version_after", Kind.NUMBER),
        "reason": Made(_reason, PAYLOAD),
        "changes": Made(_changes, PAYLOAD, flat=lambda rows: orjson.dumps(rows).decode()),
        "redacted": Made(_redacted, PAYLOAD, kind=Kind.FLAG),
        "payload_hash": Value("payload_hash"),
        "previous_hash": Value("previous_hash"),
        "hash": Value("hash"),
    }
)
