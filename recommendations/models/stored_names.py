"""The names under which events keep rows and their fields. They are frozen: events are sealed.

If you rename a model, change its class in NOUNS and keep the noun. If you rename a field or a relation,
add it to RENAMED_FIELDS. Events are then written, replayed and shown as before.
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

# The noun in events: the model's class now.
NOUNS = {
    "accesstoken": "AccessToken",
    "action": "Action",
    "evidence": "Evidence",
    "framework": "Framework",
    "inspection": "Inspection",
    "judgement": "Judgement",
    "keyquestion": "KeyQuestion",
    "keyquestionresult": "KeyQuestionResult",
    "measure": "Measure",
    "membership": "Membership",
    "organisation": "Organisation",
    "organisationalias": "OrganisationAlias",
    "progressupdate": "ProgressUpdate",
    "rating": "Rating",
    "reading": "Reading",
    "recommendation": "Recommendation",
    "recommendationhistory": "RecommendationHistory",
    "recommendationlink": "RecommendationLink",
    "response": "Response",
    "review": "Review",
    "standard": "Standard",
    "standardrating": "StandardRating",
    "targetrevision": "TargetRevision",
    "user": "User",
}
# Noun in events: {field in events: attribute now}. Only renamed fields; foreign keys end in `_id` in both.
RENAMED_FIELDS: dict[str, dict[str, str]] = {"evidence": {"kind": "level"}}

# The names in the claim that a review keeps: their names now.
RENAMED_IN_CLAIMS = {"evidence_status": "evidence_level", "silent": "no_recent_update"}


def model_of(noun: str) -> type[models.Model]:
    """Return the model whose rows events call `noun`. Raises LookupError for any other word."""
    return apps.get_model("recommendations", NOUNS[noun])


def noun(row: models.Model | type[models.Model]) -> str:
    """Return what events call a row, or the rows of a model. Raises LookupError if they name none such."""
    return _nouns()[row._meta.concrete_model]


def attribute(noun: str, field: str) -> str:
    """Return the attribute that now holds what events call `field` of `noun`."""
    return RENAMED_FIELDS.get(noun, {}).get(field, field)


def to_attributes(noun: str, values: dict[str, object]) -> dict[str, object]:
    """Return values of an event, which stand under stored names, by the names of attributes."""
    if noun not in RENAMED_FIELDS:
        return values
    return {attribute(noun, name): value for name, value in values.items()}


def to_stored(noun: str, values: dict[str, object]) -> dict[str, object]:
    """Return values of a row, which stand under names of attributes, by the names that events use."""
    if noun not in RENAMED_FIELDS:
        return values
    stored = {now: name for name, now in RENAMED_FIELDS[noun].items()}
    return {stored.get(name, name): value for name, value in values.items()}


def claim_as_named(claim: dict[str, Any]) -> dict[str, Any]:
    """Return the claim that a review keeps, under the names of today."""
    evidence = [to_attributes("evidence", one) for one in claim["evidence"]]
    named = {RENAMED_IN_CLAIMS.get(name, name): value for name, value in claim.items()}
    return named | {"evidence": evidence}


@cache
def _nouns() -> dict[type[models.Model] | None, str]:
    return {model_of(noun): noun for noun in NOUNS}
