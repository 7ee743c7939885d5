"""One file per noun, each with its QuerySet."""

from recommendations.models.account import AccessToken, Membership, User
from recommendations.models.action import Action
from recommendations.models.event import Event, EventPayload, RecordHead
from recommendations.models.evidence import Evidence, EvidenceLevel, Verdict
from recommendations.models.framework import Framework, Judgement, KeyQuestion, Rating, Standard
from recommendations.models.history import RecommendationHistory
from recommendations.models.idempotency import IdempotencyKey
from recommendations.models.inspection import (
    GuidanceSource,
    Inspection,
    KeyQuestionResult,
    StandardRating,
)
from recommendations.models.measure import Measure, Reading
from recommendations.models.organisation import (
    Level,
    Organisation,
    OrganisationAlias,
    OrganisationPath,
)
from recommendations.models.rate_limit import Allowance
from recommendations.models.recommendation import LinkKind, Recommendation, RecommendationLink
from recommendations.models.response import Answer, Response
from recommendations.models.review import Review
from recommendations.models.target_revision import TargetRevision
from recommendations.models.update import ProgressUpdate
from recommendations.models.visibility import RecommendationVisibility

__all__ = [
    "AccessToken",
    "Action",
    "Allowance",
    "Answer",
    "Event",
    "EventPayload",
    "Evidence",
    "EvidenceLevel",
    "Framework",
    "GuidanceSource",
    "IdempotencyKey",
    "Inspection",
    "Judgement",
    "KeyQuestion",
    "KeyQuestionResult",
    "Level",
    "LinkKind",
    "Measure",
    "Membership",
    "Organisation",
    "OrganisationAlias",
    "OrganisationPath",
    "ProgressUpdate",
    "Rating",
    "Reading",
    "Recommendation",
    "RecommendationHistory",
    "RecommendationLink",
    "RecommendationVisibility",
    "RecordHead",
    "Response",
    "Review",
    "Standard",
    "StandardRating",
    "TargetRevision",
    "User",
    "Verdict",
]
