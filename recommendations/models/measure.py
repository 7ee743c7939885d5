"""Did practice change? The baseline that a report prints, and later readings of the same question."""

from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.db.models import Q

from recommendations.framework.movement import Movement
from recommendations.models.base import Recorded, counted, known, not_blank
from recommendations.models.framework import KeyQuestion
from recommendations.models.recommendation import Recommendation


class Unit(models.TextChoices):
    PERCENT = "percent", "Per cent"
    CASES = "cases", "Cases"
    PEOPLE = "people", "People"
    HOURS = "hours", "Hours"
    CASELOAD = "caseload", "Cases for one person"
    YES_NO = "yes_no", "Is there any (1) or none (0)"


class Better(models.TextChoices):
    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"
    NEITHER = "", "Context only"


MOVEMENTS = [
    (Movement.MOVED.value, "Improved"),
    (Movement.NOT_SHOWN.value, "No clear change"),
    (Movement.WORSE.value, "Worse"),
    (Movement.CANNOT_SAY.value, "Too few cases to tell"),
]


def has_a_figure() -> Q:
    return Q(value__isnull=False) | Q(n__isnull=False)


class Measure(Recorded):
    """A figure of the report about the practice that a recommendation is to change, with its passage.

    Figures are stored as printed: `value`, and `n` and `out_of` only if printed. If two passages
    of the report disagree, there are two measures.
    """

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="measures")
    slug = models.SlugField(max_length=80)
    question = models.CharField(max_length=300)
    key_question = models.ForeignKey(
        KeyQuestion, models.PROTECT, null=True, blank=True, related_name="measures"
    )
    unit = models.CharField(max_length=10, choices=Unit)
    better = models.CharField(max_length=10, choices=Better, blank=True)
    qualifier = models.CharField(max_length=40, blank=True)
    value = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    out_of = models.PositiveIntegerField(null=True, blank=True)
    target = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    section = models.CharField(max_length=20)
    passage = models.TextField("passage in the report")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["recommendation", "id"]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "slug"], name="measure_slug_is_unique"),
            models.CheckConstraint(condition=known("unit", Unit.choices), name="measure_unit_is_known"),
            models.CheckConstraint(
                condition=known("better", Better.choices), name="measure_direction_is_known"
            ),
            models.CheckConstraint(condition=has_a_figure(), name="measure_has_a_baseline"),
            models.CheckConstraint(condition=counted(), name="measure_count_is_whole"),
            models.CheckConstraint(
                condition=not_blank("passage") & not_blank("section"),
                name="measure_names_its_passage",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def baseline_in_words(self) -> str:
        return figure_in_words(self)


class Reading(Recorded):
    """A later figure for a measure, with its source."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="readings")
    taken_on = models.DateField()
    value = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    out_of = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    # Compared with the baseline by `framework.movement`; stored, so that lists can filter by it.
    movement = models.CharField(max_length=10, choices=MOVEMENTS, editable=False)
    p_value = models.DecimalField(max_digits=6, decimal_places=5, null=True, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "taken_on", "id"]
        # The orders of lists: without them every row is sorted for the first page.
        indexes = [
            models.Index(fields=["taken_on", "id"], name="reading_taken"),
        ]
        constraints = [
            models.CheckConstraint(condition=has_a_figure(), name="reading_has_a_figure"),
            models.CheckConstraint(condition=counted(), name="reading_count_is_whole"),
            models.CheckConstraint(condition=not_blank("source"), name="reading_names_its_source"),
            models.CheckConstraint(condition=known("movement", MOVEMENTS), name="reading_movement_is_known"),
        ]

    def __str__(self) -> str:
        return f"Reading of {self.taken_on.day} {self.taken_on:%B %Y}"


class MeasuredValue(Protocol):
    """The fields of a measure that put its figure in words."""

    unit: Any
    qualifier: Any
    value: Any
    n: Any
    out_of: Any


def figure_in_words(row: MeasuredValue) -> str:
    """The figure as people say it: "over 14 per cent", "36 out of 59", "102 cases", "none"."""
    if row.unit == Unit.YES_NO:
        words = "some" if row.value else "none"
    elif row.value is None:
        words = f"{row.n} out of {row.out_of}"
    else:
        number = f"{Decimal(str(row.value)):f}"
        number = number.rstrip("0").rstrip(".") if "." in number else number
        unit = "per cent" if row.unit == Unit.PERCENT else row.unit
        words = number if row.unit == Unit.CASELOAD else f"{number} {unit}"
        if row.n is not None:
            words += f" ({row.n} out of {row.out_of})"
    return f"{row.qualifier} {words}".strip()
