"""The admin site of the staff area: open to users with a role."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from recommendations.access import can
from recommendations.admin.base import Context, signed_in
from recommendations.admin.work_queue import my_work_context
from recommendations.models import Action, Recommendation, User
from recommendations.queries.callers import roles_of
from recommendations.queries.visibility import reads_everything
from recommendations.roles import Capability, roles_with


def may(request: HttpRequest, capability: Capability, subject: Recommendation | Action | None = None) -> bool:
    """May the user do this to `subject`, or to any row? Each answer is kept for the request."""
    answers = request.__dict__.setdefault("answers_of_access", {})
    if subject is None:
        if "roles" not in answers:
            answers["roles"] = roles_of(signed_in(request))
        return any(held.role in roles_with(capability) for held in answers["roles"])
    question = (capability, type(subject), subject.pk)
    if question not in answers:
        answers[question] = can(request.user, capability, subject, on=timezone.localdate())
    return answers[question]


def reads_all(request: HttpRequest) -> bool:
    """Does a role of the user cover everything that organisations write? Kept for the request."""
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

    def each_context(self, request: HttpRequest) -> Context:
        """Add the version, which the footer shows."""
        return super().each_context(request) | {"version": settings.VERSION}

    def index(self, request: HttpRequest, extra_context: Context | None = None) -> TemplateResponse:
        work = my_work_context(signed_in(request), on=timezone.localdate())
        return super().index(request, (extra_context or {}) | work)

    def login(self, request: HttpRequest, extra_context: Context | None = None) -> HttpResponse:
        """Redirect to the sign-in page that the whole tracker shares."""
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def password_change(self, request: HttpRequest, extra_context: Context | None = None) -> Any:
        return HttpResponseRedirect(reverse("pages:password_change"))

    def password_change_done(self, request: HttpRequest, extra_context: Context | None = None) -> Any:
        return HttpResponseRedirect(reverse("pages:password_change_done"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Raise Http404: no field uses it, and it would search without the rules of visibility."""
        raise Http404

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Context | None = None) -> Any:
        """Redirect to the index: the site has one app."""
        return HttpResponseRedirect(reverse("admin:index"))
