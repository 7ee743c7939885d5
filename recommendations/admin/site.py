"""The staff screens: open to whoever holds a role, and to nobody else."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from recommendations.access import can
from recommendations.admin.work_queue import index_of
from recommendations.models import User
from recommendations.queries.callers import roles_of
from recommendations.queries.visibility import reads_everything
from recommendations.roles import Capability, roles_with


def may(request: HttpRequest, capability: Capability, subject: Any = None) -> bool:
    """May the person do this, to `subject` or to anything at all? Asked once a request."""
    answers = request.__dict__.setdefault("answers_of_access", {})
    if subject is None:
        if "roles" not in answers:
            answers["roles"] = roles_of(request.user)
        return any(held.role in roles_with(capability) for held in answers["roles"])
    question = (capability, type(subject), subject.pk)
    if question not in answers:
        answers[question] = can(request.user, capability, subject, on=timezone.localdate())
    return answers[question]


def reads_all(request: HttpRequest) -> bool:
    """Does the person hold a role that reads what every body wrote? Asked once a request."""
    answers = request.__dict__.setdefault("answers_of_access", {})
    if "everything" not in answers:
        answers["everything"] = User.objects.filter(reads_everything(request.user)).exists()
    return answers["everything"]


class TrackerAdmin(admin.AdminSite):
    site_title = "Recommendation tracker"
    site_header = "Recommendation tracker"
    index_title = "My work"
    site_url = None
    empty_value_display = "None"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active) and may(request, Capability.READ)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every admin page shows: the footer has the version."""
        return super().each_context(request) | {"version": settings.VERSION}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """My work, and the ways to what can be looked up."""
        work = index_of(request.user, on=timezone.localdate())
        manages = {"manages_access": may(request, Capability.MANAGE_ACCESS)}
        return super().index(request, (extra_context or {}) | work | manages)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """There is one door, that of the pages; it leads back here."""
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """People change their password in one place, whether they came to it from here or from the pages."""
        return HttpResponseRedirect(reverse("pages:password_change"))

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(reverse("pages:password_change_done"))

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """No field completes itself, so nothing is looked up for one."""
        raise Http404

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """There is one app, so its index would be the index again."""
        return HttpResponseRedirect(reverse("admin:index"))
