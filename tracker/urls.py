"""URLs of the API, the staff area, the health checks and the pages."""

from django.contrib import admin
from django.urls import include, path

from tracker.health import healthz, readyz
from tracker.refusals import bad_request, not_found, permission_denied, server_error

urlpatterns = [
    path("api/v1/", include("recommendations.api.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("recommendations.pages.urls")),
]

handler400 = bad_request
handler403 = permission_denied
handler404 = not_found
handler500 = server_error
