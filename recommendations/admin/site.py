"""The staff screens: open to whoever holds a role, and to nobody else."""

from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from recommendations.access import holds
from recommendations.roles import Capability


class TrackerAdmin(admin.AdminSite):
    site_title = "Recommendation tracker"
    site_header = "Recommendation tracker"
    index_title = "My work"
    enable_nav_sidebar = False
    login_form = AuthenticationForm

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and holds(request.user, Capability.READ)
