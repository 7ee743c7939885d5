"""One valid row of each model, by the ORM alone: what a test does not give is filled in for it.

`organisation(name="Cornwall PDU")` makes a row. No rule of the operations is asked, only those that
the database itself holds.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from typing import Any, TypeVar

from django.db.models import Model

from recommendations import roles
from recommendations.models import (
    AccessToken,
    Action,
    Allowance,
    Event,
    EventPayload,
    Evidence,
    EvidenceLevel,
    Framework,
    IdempotencyKey,
    Inspection,
    Judgement,
    KeyQuestion,
    KeyQuestionResult,
    Level,
    Measure,
    Membership,
    Organisation,
    OrganisationAlias,
    OrganisationPath,
    ProgressUpdate,
    Rating,
    Reading,
    Recommendation,
    RecommendationHistory,
    RecommendationLink,
    RecommendationVisibility,
    RecordHead,
    Response,
    Review,
    Standard,
    StandardRating,
    TargetRevision,
    User,
)
from recommendations.models.organisation import name_key
from recommendations.workflow import CLAIMED

Row = TypeVar("Row", bound=Model)
Values = dict[str, Any]

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
PUBLISHED = {
    "published_earliest": date(2023, 8, 1),
    "published_latest": date(2023, 8, 31),
    "published_precision": "month",
}
CHANGEABLE = {"created_at": NOW, "updated_at": NOW}
SEAL = "0" * 64

_numbers = count(1)


def make(model: type[Row], **given: Any) -> Row:
    """Write a row of `model` with the values `given`; raises IntegrityError where the database refuses."""
    # The base manager, as that of tokens makes the digest itself.
    return model._base_manager.create(**values(model, **given))


def values(model: type[Model], **given: Any) -> Values:
    """The values of a row of `model` that is not written yet; the rows that it points to are."""
    row: Values = {**_VALID[model](next(_numbers)), **given}
    for field, value in row.items():
        if callable(value):
            row[field] = value(row)
    return row


def in_state(model: type[Model], status: str) -> Values:
    """The values of a recommendation or action that stands in `status`: what the state asks for too."""
    given: Values = {"status": status}
    if status in CLAIMED:
        given["outcome"] = "Assessments now name the risk."
    if status in {"submitted_decline", "will_not_do"}:
        given["risk_carrier"] = "Head of PDU"
    if model is Action and status == "superseded":
        given["successor"] = lambda row: make(Action, recommendation=row["recommendation"])
    return given


def _new(model: type[Model]) -> Callable[[Values], Model]:
    return lambda row: make(model)


def _name_key(row: Values) -> str:
    return name_key(row["name"])


def _of_framework(model: type[Model]) -> Callable[[Values], Model]:
    return lambda row: make(model, framework=row["inspection"].framework)


def _judgement_of_framework(row: Values) -> Judgement:
    return make(Judgement, framework=row["recommendation"].inspection.framework)


def _head(number: int) -> Values:
    """There is one end of the record: this row takes its place."""
    RecordHead.objects.all().delete()
    return {"pk": 1, "hash": SEAL}


def _question_of_framework(row: Values) -> KeyQuestion:
    return make(KeyQuestion, standard=make(Standard, framework=row["inspection"].framework))


_VALID: dict[type[Model], Callable[[int], Values]] = {
    Organisation: lambda n: {
        "slug": f"body-{n}",
        "name": f"Body {n}",
        "name_key": _name_key,
        "level": Level.PARTNER,
        "parent": None,
        **CHANGEABLE,
    },
    OrganisationAlias: lambda n: {
        "organisation": _new(Organisation),
        "name": f"Also known as {n}",
        "name_key": _name_key,
    },
    OrganisationPath: lambda n: {
        "ancestor": _new(Organisation),
        "descendant": _new(Organisation),
        "depth": 1,
    },
    User: lambda n: {"username": f"person-{n}", "password": "!"},
    Membership: lambda n: {
        "user": _new(User),
        "role": roles.VIEWER,
        "home": _new(Organisation),
        "reach": lambda row: row["home"],
        "granted_at": NOW,
    },
    AccessToken: lambda n: {
        "digest": f"{n:0128x}",
        "token_key": "rt_",
        "user": _new(User),
        "label": "Power BI",
    },
    Framework: lambda n: {"slug": f"method-{n}", "version": 1, "name": f"Method {n}", "discretion_points": 5},
    Rating: lambda n: {
        "framework": _new(Framework),
        "code": f"rating-{n}",
        "name": f"Rating {n}",
        "score": n,
        "percentage_from": 50,
        "total_from": 5,
        "percentage_confirmed": True,
        "total_confirmed": False,
    },
    Judgement: lambda n: {
        "framework": _new(Framework),
        "code": f"judgement-{n}",
        "name": f"Judgement {n}",
        "order": n,
        "verified": False,
        "definition": "Progress of this kind was seen.",
    },
    Standard: lambda n: {
        "framework": _new(Framework),
        "number": f"2.{n}",
        "name": f"Standard {n}",
        "domain": 2,
        "domain_name": "Court work and case supervision",
        "rated": True,
    },
    KeyQuestion: lambda n: {"standard": _new(Standard), "number": f"2.1.{n}", "text": "Is it so?"},
    Inspection: lambda n: {
        "reference": f"B{n}-2023",
        "title": f"An inspection of body {n}",
        "inspected": _new(Organisation),
        "inspectorate": _new(Organisation),
        "framework": _new(Framework),
        "overall": lambda row: make(Rating, framework=row["framework"]),
        "score": 6,
        "score_out_of": 27,
        "source_sha256": "0" * 64,
        **PUBLISHED,
        **CHANGEABLE,
    },
    StandardRating: lambda n: {
        "inspection": _new(Inspection),
        "standard": _of_framework(Standard),
        "awarded": _of_framework(Rating),
    },
    KeyQuestionResult: lambda n: {
        "inspection": _new(Inspection),
        "key_question": _question_of_framework,
        "percentage": 36,
    },
    Recommendation: lambda n: {
        "inspection": _new(Inspection),
        "number": n,
        "reference": f"B-2023-{n}",
        "text": "Improve the quality of work to keep people safe.",
        "addressee": lambda row: row["inspection"].inspected,
        "addressee_as_printed": "The PDU",
        "owner": lambda row: row["addressee"],
        **CHANGEABLE,
    },
    RecommendationLink: lambda n: {
        "source": _new(Recommendation),
        "target": _new(Recommendation),
        "kind": "repeats",
    },
    Action: lambda n: {
        "recommendation": _new(Recommendation),
        "label": f"1-{n}",
        "description": "Train every practitioner.",
        "lead": lambda row: row["recommendation"].owner,
        "responsible_post": "Head of PDU",
        **CHANGEABLE,
    },
    Evidence: lambda n: {
        "recommendation": _new(Recommendation),
        "title": f"Case audit {n}",
        "url": "https://example.org/audit",
        "level": EvidenceLevel.PRACTICE,
        "represents": TODAY,
        "declared_no_personal_data": True,
        "attached_by": _new(User),
        "attached_at": NOW,
    },
    Measure: lambda n: {
        "recommendation": _new(Recommendation),
        "slug": f"measure-{n}",
        "question": "Does assessment address how to keep people safe?",
        "unit": "percent",
        "value": 36,
        "section": "2.2",
        "passage": "In only 36 per cent of cases …",
    },
    Reading: lambda n: {
        "measure": _new(Measure),
        "taken_on": TODAY,
        "value": 48,
        "source": "Case audit, spring 2026",
        "movement": "cannot_say",
        "recorded_by": _new(User),
        "recorded_at": NOW,
    },
    Response: lambda n: {
        "recommendation": _new(Recommendation),
        "number": n,
        "answer": "agreed",
        "dated": TODAY,
        "author": _new(User),
        "recorded_at": NOW,
    },
    Review: lambda n: {
        "recommendation": _new(Recommendation),
        "judgement": _judgement_of_framework,
        "dated": TODAY,
        "narrative": "Assessments name the risk in most cases.",
        "claim": {"status": "in_progress"},
        "reviewer": _new(User),
        "recorded_at": NOW,
    },
    TargetRevision: lambda n: {
        "action": _new(Action),
        "number": n,
        "before_precision": "none",
        "after_precision": "none",
        "reason": "The trainer has left.",
        "author": _new(User),
        "recorded_at": NOW,
    },
    RecommendationHistory: lambda n: {
        "recommendation": _new(Recommendation),
        "valid_from": NOW,
        "status": "awaiting_response",
        "owner": lambda row: row["recommendation"].owner,
        "actions": 0,
        "open_actions": 0,
        "heard_on": TODAY,
        "judged_short": False,
        "judged_verified": False,
        "measures_unread": 0,
        "measures_not_shown": 0,
        "measures_worse": 0,
    },
    Event: lambda n: {
        "sequence": n,
        "at": NOW,
        "actor": _new(User),
        "channel": "code",
        "verb": "plan",
        "noun": "action",
        "object_id": "1",
        "label": "B-2023-1 action 1a",
        "payload_hash": SEAL,
        "previous_hash": SEAL,
        "hash": SEAL,
    },
    EventPayload: lambda n: {"event": _new(Event), "text": "{}"},
    RecordHead: _head,
    IdempotencyKey: lambda n: {
        "user": _new(User),
        "key": f"key-{n}",
        "request_digest": SEAL,
        "status": 201,
        "body": b"{}",
        "made_at": NOW,
    },
    RecommendationVisibility: lambda n: {
        "organisation": _new(Organisation),
        "recommendation": _new(Recommendation),
        "by_owner": True,
        "status": "in_progress",
        "due": TODAY,
    },
    Allowance: lambda n: {"caller": f"token {n}", "kind": "read", "began_at": NOW, "taken": 1},
    ProgressUpdate: lambda n: {
        "recommendation": _new(Recommendation),
        "text": "Half of the practitioners are trained.",
        "dated": TODAY,
        "author": _new(User),
        "created_at": NOW,
    },
}
MODELS = tuple(_VALID)

organisation = partial(make, Organisation)
organisation_alias = partial(make, OrganisationAlias)
organisation_path = partial(make, OrganisationPath)
user = partial(make, User)
membership = partial(make, Membership)
access_token = partial(make, AccessToken)
framework = partial(make, Framework)
rating = partial(make, Rating)
judgement = partial(make, Judgement)
standard = partial(make, Standard)
key_question = partial(make, KeyQuestion)
inspection = partial(make, Inspection)
standard_rating = partial(make, StandardRating)
key_question_result = partial(make, KeyQuestionResult)
recommendation = partial(make, Recommendation)
recommendation_link = partial(make, RecommendationLink)
action = partial(make, Action)
evidence = partial(make, Evidence)
measure = partial(make, Measure)
reading = partial(make, Reading)
response = partial(make, Response)
review = partial(make, Review)
target_revision = partial(make, TargetRevision)
history = partial(make, RecommendationHistory)
event = partial(make, Event)
event_payload = partial(make, EventPayload)
record_head = partial(make, RecordHead)
idempotency_key = partial(make, IdempotencyKey)
progress_update = partial(make, ProgressUpdate)
reach = partial(make, RecommendationVisibility)
allowance = partial(make, Allowance)
