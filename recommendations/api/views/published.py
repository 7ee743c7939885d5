"""The published part that nobody writes: open to every signed-in user."""

from typing import Any

from django.db.models import QuerySet

from recommendations.api.filters.inspection import InspectionFilter
from recommendations.api.filters.measure import MeasureFilter
from recommendations.api.filters.organisation import OrganisationFilter
from recommendations.api.filters.record import StandardFilter
from recommendations.api.serializers.framework import FrameworkSerializer, PublishedStandardSerializer
from recommendations.api.serializers.inspection import (
    InspectionListSerializer,
    InspectionSerializer,
)
from recommendations.api.serializers.measure import MeasureSerializer
from recommendations.api.serializers.organisation import OrganisationSerializer
from recommendations.api.shapes.published import (
    FRAMEWORK,
    INSPECTION,
    INSPECTION_DETAIL,
    MEASURE,
    ORGANISATION,
    STANDARD,
    as_of_a_day,
)
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.standing import progress_of
from recommendations.api.views.base import REFERENCE, SLUG, RecordViewSet
from recommendations.models import Framework, Inspection, Measure, Organisation, Standard
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import visible


class OrganisationViewSet(RecordViewSet):
    """Bodies that own, assure or inspect work."""

    queryset = Organisation.objects.select_related("parent").prefetch_related("aliases")
    model, shape = Organisation, ORGANISATION
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    search_fields = ["name", "aliases__name"]
    lookup_field, lookup_value_regex = "slug", SLUG
    orderings = {"slug": "slug", "name": "name", "level": "level"}
    default_ordering = ("slug",)

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Organisation]:
        return Organisation.objects.all()


class FrameworkViewSet(RecordViewSet):
    """Inspection frameworks: standards, key questions, rating bands and the judgement scale."""

    queryset = Framework.objects.with_parts()
    model, shape = Framework, FRAMEWORK
    serializer_class = FrameworkSerializer
    orderings = {"slug": "slug", "version": "version"}
    default_ordering = ("slug", "version")

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Framework]:
        return Framework.objects.all()


class StandardViewSet(RecordViewSet):
    """The standards of all frameworks."""

    queryset = Standard.objects.select_related("framework")
    model, shape = Standard, STANDARD
    serializer_class = PublishedStandardSerializer
    filterset_class = StandardFilter
    search_fields = ["name"]
    orderings = {"id": "pk", "number": "number", "framework": "framework__slug"}
    default_ordering = ("framework", "number")

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Standard]:
        return Standard.objects.all()


class InspectionViewSet(RecordViewSet):
    """Published reports; the detail adds ratings, key-question results and how far the work is.

    With `as_of`, those that were recorded when that day ended, and how far the work was then.
    """

    queryset = Inspection.objects.none()
    model, shape = Inspection, INSPECTION
    filterset_class = InspectionFilter
    search_fields = ["reference", "title", "inspected__name"]
    lookup_field, lookup_value_regex = "reference", REFERENCE
    orderings = {"reference": "reference", "published": "published_latest", "score": "score"}
    default_ordering = ("reference",)
    takes_as_of = True

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Inspection]:
        rows = visible(Inspection.objects.all(), ask.user, on=ask.today)
        return rows.filter(created_at__lt=end_of(ask.as_of)) if ask.as_of else rows

    @classmethod
    def shape_for(cls, action: str, *, as_of: bool) -> Shape:
        shape = INSPECTION if action == "list" else INSPECTION_DETAIL
        return as_of_a_day(shape) if as_of else shape

    def one(self, key: Any) -> dict[str, Any]:
        found = super().one(key)
        if "progress" in found:
            inspection = Inspection.objects.select_related("framework").get(reference=key)
            found["progress"] = progress_of(inspection, self.caller, today=self.today, as_of=self.as_of)
        return found

    def get_serializer_class(self) -> Any:
        return InspectionListSerializer if self.action == "list" else InspectionSerializer


class MeasureViewSet(RecordViewSet):
    """What a report prints about the practice that a recommendation is to change."""

    queryset = Measure.objects.none()
    model, shape = Measure, MEASURE
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    search_fields = ["question", "passage"]
    orderings = {"id": "pk", "recommendation": "recommendation__reference"}
    default_ordering = ("id",)

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Measure]:
        return visible(Measure.objects.all(), ask.user, on=ask.today)
