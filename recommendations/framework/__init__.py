"""An inspectorate's measuring stick as data, and the arithmetic of its ratings."""

from recommendations.framework.method import Judgement, KeyQuestion, Method, Rating, Standard

__all__ = ["Judgement", "KeyQuestion", "Method", "Rating", "Standard"]
