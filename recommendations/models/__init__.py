"""One file per noun, each with its QuerySet."""

from recommendations.models.account import AccessToken, Membership, User
from recommendations.models.action import Action
from recommendations.models.evidence import Evidence, Rung, Verdict
from recommendations.models.framework import Framework, Judgement, KeyQuestion, Rating, Standard
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
from recommendations.models.recommendation import Recommendation, RecommendationLink
from recommendations.models.update import ProgressUpdate

__all__ = [
    "AccessToken",
    "Action",
    "Evidence",
    "Framework",
    "GuidanceSource",
    "Inspection",
    "Judgement",
    "KeyQuestion",
    "KeyQuestionResult",
    "Level",
    "Measure",
    "Membership",
    "Organisation",
    "OrganisationAlias",
    "OrganisationPath",
    "ProgressUpdate",
    "Rating",
    "Reading",
    "Recommendation",
    "RecommendationLink",
    "Rung",
    "Standard",
    "StandardRating",
    "User",
    "Verdict",
]
