"""What an event says of itself and of the row that it is about; and which rows a change touches."""

from secrets import token_hex
from typing import Any

from django.db import models

from recommendations.models import Action, Evidence, Measure, Recommendation, RecommendationLink
from recommendations.models.stored_names import noun
from recommendations.operations.origin import origin
from recommendations.operations.snapshot import Values
from recommendations.record.chain import canonical, digest


def payload_of(*, reason: str, rows: list[Values], stated: Values) -> str:
    """The canonical text of a change, with the salt that keeps its hash from being guessed at."""
    return canonical({**stated, "reason": reason, "rows": rows, "salt": token_hex(16)})


def header_of(
    subject: models.Model,
    *,
    verb: str,
    actor: int,
    role: str,
    house: str,
    versions: tuple[int | None, int | None],
    payload: str,
) -> Values:
    """The header of an event, without its place in the chain and its instant."""
    recommendation, action = whereabouts(subject)
    return {
        "actor_id": actor,
        "role": role,
        "organisation": house,
        "channel": origin().channel,
        "request_id": origin().request_id,
        "verb": verb,
        "noun": noun(subject),
        "object_id": str(subject.pk),
        "label": label(subject),
        "recommendation_id": recommendation,
        "action_id": action,
        "version_before": versions[0],
        "version_after": versions[1],
        "payload_hash": digest(payload),
    }


def label(row: models.Model) -> str:
    """What a row is called in the header of an event, which no redaction empties: none of its words."""
    if isinstance(row, Evidence):
        return f"Evidence {row.pk} of {row.action or row.recommendation}"
    return str(row)[:300]


def whereabouts(row: models.Model) -> tuple[int | None, int | None]:
    """The keys of the recommendation and of the action that a row is about, where it is about any."""
    if isinstance(row, Recommendation):
        return row.pk, None
    if isinstance(row, Action):
        return row.recommendation_id, row.pk
    measure = getattr(row, "measure", None)
    if isinstance(measure, Measure):
        return measure.recommendation_id, None
    action = getattr(row, "action", None)
    if isinstance(action, Action):
        return action.recommendation_id, action.pk
    return getattr(row, "recommendation_id", getattr(row, "target_id", None)), None


def parents(row: models.Model) -> list[tuple[Any, int]]:
    """The rows that a change of `row` touches, as model and key: what it belongs to."""
    recommendation, action = whereabouts(row)
    found: list[tuple[Any, int]] = []
    if isinstance(row, RecommendationLink):
        found.append((Recommendation, row.source_id))
    if recommendation:
        found.append((Recommendation, recommendation))
    if action:
        found.append((Action, action))
    return [(model, key) for model, key in found if not (isinstance(row, model) and row.pk == key)]
