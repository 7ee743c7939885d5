"""The staff screens: open to whoever holds a role, and to nobody else."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from recommendations.access import can, holds
from recommendations.roles import Capability


def may(request: HttpRequest, capability: Capability, subject: Any = None) -> bool:
    """May the person do this, to `subject` or to anything at all? Asked once a request."""
    answers = request.__dict__.setdefault("answers_of_access", {})
    question = (capability, type(subject), getattr(subject, "pk", None))
    if question not in answers:
        user = request.user
        answers[question] = can(user, capability, subject) if subject else holds(user, capability)
    return answers[question]


class TrackerAdmin(admin.AdminSite):
    site_title = "Recommendation tracker"
    site_header = "Recommendation tracker"
    index_title = "My work"
    enable_nav_sidebar = False
    login_form = AuthenticationForm

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active) and may(request, Capability.READ)
