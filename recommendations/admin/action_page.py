"""Pages with one form and one operation: they run it, or say why it is refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from recommendations.admin.base import ReadOnlyAdmin, problems
from recommendations.errors import DomainError, StaleVersion
from recommendations.forms.base import PageForm, tell
from recommendations.wording.changes import CHANGED_HEADINGS, changed_since, changed_since_opened


def route(admin: ReadOnlyAdmin, where: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """The URL pattern of a page of an admin, closed to users without access to the staff area."""
    opts = admin.opts
    return path(where, admin.admin_site.admin_view(view), name=f"{opts.app_label}_{opts.model_name}_{name}")


def require(permitted: bool) -> None:  # noqa: FBT001
    """Raise PermissionDenied unless `permitted`."""
    if not permitted:
        raise PermissionDenied


def render_page(
    admin: ReadOnlyAdmin,
    request: HttpRequest,
    *,
    row: Model | None,
    title: str,
    template: str = "admin/page.html",
    **context: Any,
) -> HttpResponse:
    """Render a page of the admin about `row`, or about no row."""
    request.current_app = admin.admin_site.name
    if form := context.get("form"):
        context["adminform"] = AdminForm(form, [(None, {"fields": [*form.fields]})], {})
        context["problems"] = [*problems(form)]
    page = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "row": row,
        "title": title,
        "subtitle": admin.subtitle(row) if row else None,
        "back": admin.address("change", row.pk) if row else admin.address("changelist"),
        **context,
    }
    return TemplateResponse(request, template, page, status=context.get("status", 200))


def run_action_page(
    admin: ReadOnlyAdmin,
    request: HttpRequest,
    *,
    form: PageForm,
    save: Callable[[Any], HttpResponse | str],
    row: Model | None,
    title: str,
    **context: Any,
) -> HttpResponse:
    """Show the page; on POST, call `save` with the valid form.

    `save` returns a response, or a message that is shown on the screen of the row. If the operation refuses,
    the page shows every problem.
    """
    if request.method == "POST":
        try:
            valid = form.is_valid()
            if valid or form.tries_anyway:
                with transaction.atomic():
                    answer = save(form)
                    transaction.set_rollback(not valid)
            if valid:
                return _done(admin, request, row, answer)
        except StaleVersion as refusal:
            context |= _what_changed(form, refusal.current)
        except DomainError as refusal:
            tell(form, refusal)
    return render_page(admin, request, row=row, title=title, form=form, **context)


def _done(
    admin: ReadOnlyAdmin, request: HttpRequest, row: Model | None, answer: HttpResponse | str
) -> HttpResponse:
    if isinstance(answer, HttpResponse):
        return answer
    messages.success(request, answer)
    # The change may have taken the row out of the user's scope.
    if row is not None and admin.get_queryset(request).filter(pk=row.pk).exists():
        return HttpResponseRedirect(admin.address("change", row.pk))
    return HttpResponseRedirect(admin.address("changelist"))


def _what_changed(form: PageForm, current: Any) -> dict[str, Any]:
    """Say what another user changed since the page was opened, and renew the version in the form."""
    form.add_error(None, changed_since_opened(current))
    changed = changed_since(current, form.cleaned_data.get("version_read") or current.version)
    form.renew(current.version)
    return {"changed_headings": CHANGED_HEADINGS, "changed": changed}


class ConfirmForm(PageForm):
    """The form of a page that only asks for confirmation."""


def form_data(request: HttpRequest) -> QueryDict | None:
    """The posted data, or None if the request is no POST."""
    return request.POST if request.method == "POST" else None
