"""What bodies write about their work: actions, updates, evidence, and how target dates moved."""

from datetime import date
from functools import lru_cache
from typing import Any

from recommendations import workflow
from recommendations.api.shapes import briefs
from recommendations.api.shapes.columns import as_day
from recommendations.api.shapes.parts import Address, Beside, Made, Object, Side, Told, Value, listing
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.shapes.steps import allowed_steps, loads_steps
from recommendations.exports import Kind
from recommendations.models import Action
from recommendations.models.action import due_in_words
from recommendations.queries.parameters import KEYS
from recommendations.queries.statuses import with_schedule, with_times_moved
from recommendations.queries.visibility import visible

SEQUENCE = Value("sequence", Kind.NUMBER)


# The same few thousand targets are put into words for every action.
@lru_cache(maxsize=16_384)
def _in_words(words: str, earliest: Any, latest: Any, precision: str, status: str, on: date) -> str:
    is_open = status not in workflow.ACTION.ended
    return due_in_words(words, as_day(earliest), as_day(latest), precision, is_open=is_open, on=on)


def _target_in_words(values: list[Any], told: Told) -> str:
    return _in_words(*values, told.today)


def _contributors(ask: Ask) -> Any:
    through = Action.contributors.through
    return through.objects.filter(action__among=KEYS).order_by("organisation__name", "pk")


def _successors(ask: Ask) -> Any:
    """A successor that another body leads may be out of reach: then it is not named."""
    return visible(Action.objects.all(), ask.user, on=ask.today).filter(pk__among=KEYS).order_by()


CONTRIBUTORS = Side(_contributors, briefs.organisation("organisation"), by="action_id")
SUCCESSORS = Side(
    _successors,
    Object(id=Value("pk", Kind.NUMBER), label=Value("label"), url=Address("actions", "pk")),
    by="pk",
)
ACTION = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "label": Value("label"),
        "url": Address("actions", "pk"),
        "recommendation": briefs.recommendation("recommendation"),
        "description": Value("description", Kind.TEXT),
        "lead": briefs.organisation("lead"),
        "contributors": Beside(CONTRIBUTORS, flat=listing("name")),
        "responsible_post": Value("responsible_post", Kind.TEXT),
        "person": briefs.person("person", optional=True),
        "status": Value("status"),
        "target_date": Object(
            briefs.span("target"),
            in_words=Made(_target_in_words, *briefs.span("target").values(), Value("status")),
        ),
        "original_target_date": Object(briefs.span("original")),
        "times_moved": Value("times_moved", Kind.NUMBER, needs=("moves",)),
        "schedule_status": Value("schedule_status", needs=("schedule",)),
        "days_late": Value("days_late", Kind.NUMBER, needs=("schedule",)),
        "days_late_original": Value("days_late_original", Kind.NUMBER, needs=("schedule",)),
        "outcome": Value("outcome", Kind.TEXT),
        "risk_carrier": Value("risk_carrier", Kind.TEXT),
        "successor": Beside(
            SUCCESSORS,
            lambda found: found[0] if found else None,
            key="successor_id",
            columns_of={"id": Kind.NUMBER, "label": Kind.CODE, "url": Kind.CODE},
        ),
        "allowed_steps": allowed_steps(workflow.ACTION),
        "sequence": SEQUENCE,
        "version": Value("version", Kind.NUMBER),
        "created_at": Value("created_at", Kind.INSTANT),
        "updated_at": Value("updated_at", Kind.INSTANT),
    },
    loads={
        "schedule": lambda rows, ask: with_schedule(rows, on=ask.today),
        "moves": lambda rows, ask: with_times_moved(rows),
        "steps": loads_steps(workflow.ACTION),
    },
)
UPDATE = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "url": Address("updates", "pk"),
        "recommendation": briefs.recommendation("recommendation"),
        "action": briefs.action("action"),
        "text": Value("text", Kind.TEXT),
        "dated": Value("dated", Kind.DAY),
        "author": briefs.person("author"),
        "created_at": Value("created_at", Kind.INSTANT),
        "corrects": Address("updates", "corrects_id"),
        "redacted_at": Value("redacted_at", Kind.INSTANT),
        "sequence": SEQUENCE,
    }
)


def _file(values: list[Any], told: Told) -> dict[str, Any] | None:
    sha256, name, media_type, size, key, number = values
    if not sha256:
        return None
    address = f"{told.root}evidence/{number}/file/" if key else None
    return {"name": name, "media_type": media_type, "size": size, "sha256": sha256, "url": address}


EVIDENCE = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "url": Address("evidence", "pk"),
        "recommendation": briefs.recommendation("recommendation"),
        "action": briefs.action("action"),
        "title": Value("title", Kind.TEXT),
        "link": Value("url", Kind.TEXT),
        "document_reference": Value("document_reference", Kind.TEXT),
        "file": Made(
            _file,
            *(Value(name) for name in ("sha256", "file_name", "media_type", "size", "file_key", "pk")),
            columns_of={
                "name": Kind.TEXT,
                "media_type": Kind.CODE,
                "size": Kind.NUMBER,
                "sha256": Kind.CODE,
                "url": Kind.CODE,
            },
        ),
        "kind": Value("kind"),
        "represents": Value("represents", Kind.DAY),
        "expires": Value("expires", Kind.DAY),
        "declared_no_personal_data": Value("declared_no_personal_data", Kind.FLAG),
        "verdict": Value("verdict"),
        "verdict_reason": Value("verdict_reason", Kind.TEXT),
        "judged_by": briefs.person("judged_by", optional=True),
        "judged_at": Value("judged_at", Kind.INSTANT),
        "attached_by": briefs.person("attached_by"),
        "attached_at": Value("attached_at", Kind.INSTANT),
        "redacted_at": Value("redacted_at", Kind.INSTANT),
        "redaction_reason": Value("redaction_reason", Kind.TEXT),
        "sequence": SEQUENCE,
        "version": Value("version", Kind.NUMBER),
    }
)


def _days_moved(values: list[Any], told: Told) -> int | None:
    before, after = (as_day(value) for value in values)
    return (after - before).days if before and after else None


TARGET_REVISION = Shape(
    {
        "id": Value("pk", Kind.NUMBER),
        "url": Address("target-revisions", "pk"),
        "recommendation": briefs.recommendation("action__recommendation"),
        "action": briefs.action("action"),
        "number": Value("number", Kind.NUMBER),
        "before": Object(briefs.span("before")),
        "after": Object(briefs.span("after")),
        "days_moved": Made(_days_moved, Value("before_latest"), Value("after_latest"), kind=Kind.NUMBER),
        "reason": Value("reason", Kind.TEXT),
        "author": briefs.person("author"),
        "recorded_at": Value("recorded_at", Kind.INSTANT),
        "sequence": SEQUENCE,
    }
)
