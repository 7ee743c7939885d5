from recommendations.api.filters.base import Changes, Day, Text, WholeNumber
from recommendations.models import Inspection


class InspectionFilter(Changes):
    inspected = Text("inspected__slug", label="Slug of the body inspected.")
    region = Text("region__slug", label="Slug of its region.")
    framework = Text("framework__slug", label="Slug of the framework.")
    overall = Text("overall__code", label="Code of the overall rating.")
    score_min = WholeNumber("score", lookup_expr="gte")
    score_max = WholeNumber("score", lookup_expr="lte")
    published_from = Day("published_latest", lookup_expr="gte")
    published_to = Day("published_earliest", lookup_expr="lte")

    class Meta:
        model = Inspection
        fields: list[str] = []
