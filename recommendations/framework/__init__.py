"""An inspectorate's measuring stick as data, and the arithmetic of its ratings and measures."""

from recommendations.framework.method import Judgement, KeyQuestion, Method, Rating, Standard
from recommendations.framework.movement import Count, Movement, movement

__all__ = [
    "Count",
    "Judgement",
    "KeyQuestion",
    "Method",
    "Movement",
    "Rating",
    "Standard",
    "movement",
]
