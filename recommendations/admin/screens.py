"""Every noun that has a screen. Imported once the site stands: importing a noun registers it there."""

from recommendations.admin import action, published, recommendation, work

__all__ = ["action", "published", "recommendation", "work"]
