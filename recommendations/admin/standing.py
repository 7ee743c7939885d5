"""The block of a screen with the four statuses and the unsupported claim of a recommendation."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from recommendations.wording.statuses import reasons_or_none, statuses_in_words


def four_statuses(row: Any) -> SafeString:
    """`row` was annotated by `standing_for`."""
    shown = {"statuses": statuses_in_words(row), "reasons": reasons_or_none(row)}
    return render_to_string("admin/standing.html", shown)
