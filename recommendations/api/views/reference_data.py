"""Published data, read-only and open to every signed-in user."""

from django.db.models import QuerySet

from recommendations.api.filters.inspection import InspectionFilter
from recommendations.api.filters.measure import MeasureFilter
from recommendations.api.filters.organisation import OrganisationFilter
from recommendations.api.filters.record import StandardFilter
from recommendations.api.serializers.base import RowSerializer
from recommendations.api.serializers.declarations import QueryContext
from recommendations.api.serializers.framework import FrameworkSerializer, PublishedStandardSerializer
from recommendations.api.serializers.inspection import (
    InspectionListSerializer,
    InspectionSerializer,
    PastInspectionListSerializer,
    PastInspectionSerializer,
)
from recommendations.api.serializers.measure import MeasureSerializer
from recommendations.api.serializers.organisation import OrganisationSerializer
from recommendations.api.views.base import RecordViewSet
from recommendations.api.views.resource import REFERENCE, SLUG
from recommendations.models import Framework, Inspection, Measure, Organisation, Standard
from recommendations.queries.parameters import end_of


class OrganisationViewSet(RecordViewSet):
    """Organisations that own, assure or inspect work."""

    queryset = Organisation.objects.select_related("parent").prefetch_related("aliases")
    model = Organisation
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    search_fields = ["name", "aliases__name"]
    lookup_field, lookup_value_regex = "slug", SLUG
    orderings = {"slug": "slug", "name": "name", "level": "level"}
    default_ordering = ("slug",)


class FrameworkViewSet(RecordViewSet):
    """Inspection frameworks: standards, key questions, rating bands and the judgement scale."""

    queryset = Framework.objects.with_parts()
    model = Framework
    serializer_class = FrameworkSerializer
    orderings = {"slug": "slug", "version": "version"}
    default_ordering = ("slug", "version")


class StandardViewSet(RecordViewSet):
    """The standards of all frameworks."""

    queryset = Standard.objects.select_related("framework")
    model = Standard
    serializer_class = PublishedStandardSerializer
    filterset_class = StandardFilter
    search_fields = ["name"]
    orderings = {"id": "pk", "number": "number", "framework": "framework__slug"}
    default_ordering = ("framework", "number")


class InspectionViewSet(RecordViewSet):
    """Published reports. The detail adds ratings, key-question results and the progress of the work.

    With `as_of`, the reports and the progress at the end of that day.
    """

    queryset = Inspection.objects.none()
    model = Inspection
    filterset_class = InspectionFilter
    search_fields = ["reference", "title", "inspected__name"]
    lookup_field, lookup_value_regex = "reference", REFERENCE
    orderings = {"reference": "reference", "published": "published_latest", "score": "score"}
    default_ordering = ("reference",)
    takes_as_of = True

    @classmethod
    def rows(cls, query: QueryContext) -> QuerySet[Inspection]:
        rows = super().rows(query)
        return rows.filter(created_at__lt=end_of(query.as_of)) if query.as_of else rows

    @classmethod
    def row_serializer(cls, action: str, *, as_of: bool) -> type[RowSerializer]:
        if action == "list":
            return PastInspectionListSerializer if as_of else InspectionListSerializer
        return PastInspectionSerializer if as_of else InspectionSerializer

    def get_serializer_class(self) -> type[RowSerializer]:
        return self.row_serializer(self.action, as_of=False)


class MeasureViewSet(RecordViewSet):
    """Figures of a report about the practice that a recommendation is to change."""

    queryset = Measure.objects.none()
    model = Measure
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    search_fields = ["question", "passage"]
    orderings = {"id": "pk", "recommendation": "recommendation__reference"}
    default_ordering = ("id",)
