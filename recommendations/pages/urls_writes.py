"""Addresses of the form pages, and of the lists of work that link to them."""

from django.urls import path

from recommendations.pages.views.create import AddEvidence, AddReading, AddUpdate
from recommendations.pages.views.evidence import EvidenceFile, EvidenceShown
from recommendations.pages.views.review import EvidenceVerdict, Reviewing
from recommendations.pages.views.steps import Taking
from recommendations.pages.views.work import MyWork, ReviewQueue

RECOMMENDATION = "recommendations/<str:reference>/"
ACTION = f"{RECOMMENDATION}actions/<str:label>/"

urlpatterns = [
    path("work/", MyWork.as_view(), name="work"),
    path("reviews/", ReviewQueue.as_view(), name="reviews"),
    path(f"{RECOMMENDATION}steps/<slug:name>/", Taking.as_view(), name="step"),
    path(f"{ACTION}steps/<slug:name>/", Taking.as_view(), name="action_step"),
    path(f"{RECOMMENDATION}updates/new/", AddUpdate.as_view(), name="update"),
    path(f"{ACTION}updates/new/", AddUpdate.as_view(), name="action_update"),
    path(f"{RECOMMENDATION}evidence/new/", AddEvidence.as_view(), name="evidence_new"),
    path(f"{ACTION}evidence/new/", AddEvidence.as_view(), name="action_evidence_new"),
    path(f"{RECOMMENDATION}readings/new/", AddReading.as_view(), name="reading"),
    path(f"{RECOMMENDATION}reviews/new/", Reviewing.as_view(), name="review_new"),
    path("evidence/<int:pk>/", EvidenceShown.as_view(), name="evidence"),
    path("evidence/<int:pk>/file/", EvidenceFile.as_view(), name="evidence_file"),
    path("evidence/<int:pk>/verdict/", EvidenceVerdict.as_view(), name="verdict"),
]
