"""Addresses of the action plan."""

from django.urls import path

from recommendations.pages.views.plan import PlanDocument, PlanPage, PlanSheet

urlpatterns = [
    path("inspections/<str:reference>/plan/", PlanPage.as_view(), name="plan"),
    path("inspections/<str:reference>/plan.docx", PlanDocument.as_view(), name="plan_docx"),
    path("inspections/<str:reference>/plan.xlsx", PlanSheet.as_view(), name="plan_xlsx"),
]
