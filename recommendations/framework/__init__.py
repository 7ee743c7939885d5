"""An inspectorate's rating method as data, and the arithmetic of its ratings and measures."""

from recommendations.framework.method import (
    JudgementLevel,
    KeyQuestionDefinition,
    Method,
    RatingLevel,
    StandardDefinition,
)
from recommendations.framework.movement import Count, Movement, movement

__all__ = [
    "Count",
    "JudgementLevel",
    "KeyQuestionDefinition",
    "Method",
    "Movement",
    "RatingLevel",
    "StandardDefinition",
    "movement",
]
