"""The addresses of an inspection and of a recommendation."""

from django.urls import URLPattern, path

from recommendations.pages.views.inspection import InspectionView
from recommendations.pages.views.pack import PackView
from recommendations.pages.views.recommendation import MeasuresFile, RecommendationView

urlpatterns: list[URLPattern] = [
    path("inspections/<str:reference>/", InspectionView.as_view(), name="inspection"),
    path("recommendations/<str:reference>/", RecommendationView.as_view(), name="recommendation"),
    path("recommendations/<str:reference>/pack/", PackView.as_view(), name="pack"),
    path("recommendations/<str:reference>/measures.csv", MeasuresFile.as_view(), name="measures_csv"),
]
