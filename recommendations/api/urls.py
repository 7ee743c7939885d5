"""The addresses of the API. A resource is added here and nowhere else."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from recommendations.api.views.absent import absent
from recommendations.api.views.published import (
    FrameworkViewSet,
    InspectionViewSet,
    MeasureViewSet,
    OrganisationViewSet,
    RecommendationViewSet,
)
from recommendations.api.views.work import (
    ActionViewSet,
    EvidenceViewSet,
    ProgressUpdateViewSet,
    ReadingViewSet,
)


class Router(DefaultRouter):
    include_format_suffixes = False


router = Router()
router.register("organisations", OrganisationViewSet, "organisation")
router.register("frameworks", FrameworkViewSet, "framework")
router.register("inspections", InspectionViewSet, "inspection")
router.register("recommendations", RecommendationViewSet, "recommendation")
router.register("measures", MeasureViewSet, "measure")
router.register("readings", ReadingViewSet, "reading")
router.register("actions", ActionViewSet, "action")
router.register("updates", ProgressUpdateViewSet, "update")
router.register("evidence", EvidenceViewSet, "evidence")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("", include(router.urls)),
    re_path(r"^.+[^/]$", absent),
]
