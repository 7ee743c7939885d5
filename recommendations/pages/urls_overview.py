"""The addresses of this area."""

from django.urls import URLPattern, path

from recommendations.pages.views.charts import Chart
from recommendations.pages.views.organisations import OneOrganisation, Organisations
from recommendations.pages.views.overview import Overview

urlpatterns: list[URLPattern] = [
    path("", Overview.as_view(), name="overview"),
    path("organisations/", Organisations.as_view(), name="organisations"),
    path("organisations/<slug:slug>/", OneOrganisation.as_view(), name="organisation"),
    path("charts/<slug:name>.csv", Chart.as_view(), name="chart"),
]
