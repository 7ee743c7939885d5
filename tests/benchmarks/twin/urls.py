"""The addresses of the twin; those that it only names answer 404."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotFound
from django.urls import include, path
from rest_framework.routers import SimpleRouter

from tests.benchmarks.twin.summary import SummaryView
from tests.benchmarks.twin.views import ActionViewSet, RecommendationViewSet, UpdateViewSet


def named_only(request: Any, key: str) -> HttpResponse:
    return HttpResponseNotFound()


router = SimpleRouter()
router.register("recommendations", RecommendationViewSet, basename="recommendation")
router.register("actions", ActionViewSet, basename="action")
router.register("updates", UpdateViewSet, basename="update")
urlpatterns = [
    path("healthz", lambda request: HttpResponse()),
    path("api/v1/summary/", SummaryView.as_view()),
    path("api/v1/", include(router.urls)),
    *(
        path(f"api/v1/{plural}/<str:key>/", named_only, name=f"{noun}-detail")
        for noun, plural in (("organisation", "organisations"), ("inspection", "inspections"))
    ),
    path("api/v1/evidence/<str:key>/", named_only, name="evidence-detail"),
    path("api/v1/evidence/<str:key>/file/", named_only, name="evidence-file"),
]
