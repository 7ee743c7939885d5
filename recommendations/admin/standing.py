"""The four statuses of a recommendation side by side, and the gap between them, as a block of a screen."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from recommendations.wording.statuses import gaps_or_none, statuses_in_words


def four_statuses(row: Any) -> SafeString:
    """`row` was annotated by `standing_for`."""
    shown = {"statuses": statuses_in_words(row), "gaps": gaps_or_none(row)}
    return render_to_string("admin/standing.html", shown)
