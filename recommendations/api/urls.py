"""The addresses of the API. A resource is added here and nowhere else."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from recommendations.api.views.actions import ActionViewSet, TargetRevisionViewSet
from recommendations.api.views.events import EventViewSet
from recommendations.api.views.evidence import EvidenceViewSet
from recommendations.api.views.judgements import ResponseViewSet, ReviewViewSet
from recommendations.api.views.me import MeViewSet
from recommendations.api.views.not_found import absent
from recommendations.api.views.readings import ReadingViewSet
from recommendations.api.views.recommendations import RecommendationViewSet
from recommendations.api.views.reference_data import (
    FrameworkViewSet,
    InspectionViewSet,
    MeasureViewSet,
    OrganisationViewSet,
    StandardViewSet,
)
from recommendations.api.views.summary import SummaryViewSet
from recommendations.api.views.updates import ProgressUpdateViewSet


class Router(DefaultRouter):
    include_format_suffixes = False


router = Router()
router.register("organisations", OrganisationViewSet, "organisation")
router.register("frameworks", FrameworkViewSet, "framework")
router.register("standards", StandardViewSet, "standard")
router.register("inspections", InspectionViewSet, "inspection")
router.register("recommendations", RecommendationViewSet, "recommendation")
router.register("responses", ResponseViewSet, "response")
router.register("measures", MeasureViewSet, "measure")
router.register("readings", ReadingViewSet, "reading")
router.register("actions", ActionViewSet, "action")
router.register("target-revisions", TargetRevisionViewSet, "target-revision")
router.register("updates", ProgressUpdateViewSet, "update")
router.register("evidence", EvidenceViewSet, "evidence")
router.register("reviews", ReviewViewSet, "review")
router.register("events", EventViewSet, "event")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("me/", MeViewSet.as_view({"get": "retrieve"}), name="me"),
    path("summary/", SummaryViewSet.as_view({"get": "list"}), name="summary"),
    path("", include(router.urls)),
    re_path(r"^.+[^/]$", absent),
]
