"""Where each face of the tracker stands."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from recommendations.api.errors import bad_request, not_found, permission_denied, server_error
from tracker.health import healthz, readyz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("api/v1/", include("recommendations.api.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz),
]

handler400 = bad_request
handler403 = permission_denied
handler404 = not_found
handler500 = server_error
