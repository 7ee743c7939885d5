import django_filters

from recommendations.api.filtering import Changes, Day, Number
from recommendations.models import Inspection


class InspectionFilter(Changes):
    inspected = django_filters.CharFilter("inspected__slug", label="Slug of the body inspected.")
    region = django_filters.CharFilter("region__slug", label="Slug of its region.")
    framework = django_filters.CharFilter("framework__slug", label="Slug of the framework.")
    overall = django_filters.CharFilter("overall__code", label="Code of the overall rating.")
    score_min = Number("score", lookup_expr="gte")
    score_max = Number("score", lookup_expr="lte")
    published_from = Day("published_latest", lookup_expr="gte")
    published_to = Day("published_earliest", lookup_expr="lte")

    class Meta:
        model = Inspection
        fields: list[str] = []
