"""The addresses of the pages."""

from recommendations.pages import (
    urls_account,
    urls_overview,
    urls_plan,
    urls_recommendation,
    urls_writes,
)

app_name = "pages"
urlpatterns = [
    *urls_overview.urlpatterns,
    *urls_recommendation.urlpatterns,
    *urls_plan.urlpatterns,
    *urls_writes.urlpatterns,
    *urls_account.urlpatterns,
]
