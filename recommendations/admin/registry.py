"""Every noun that has a screen. Imported once the site stands: importing a noun registers it there."""

from recommendations.admin import (
    account,
    action,
    event,
    evidence,
    recommendation,
    reference_data,
    review,
    updates,
)

__all__ = ["account", "action", "event", "evidence", "recommendation", "reference_data", "review", "updates"]
