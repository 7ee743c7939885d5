"""The staff screens: one file per noun."""

from recommendations.admin import action, published, recommendation, work

__all__ = ["action", "published", "recommendation", "work"]
