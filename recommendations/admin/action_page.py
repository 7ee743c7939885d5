"""A page that does one thing: it says what will happen, asks what that needs, and does it or says why not."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from recommendations.errors import DomainError, StaleVersion
from recommendations.forms.base import PageForm, tell
from recommendations.wording.changes import CHANGED_HEADINGS, changed_since, changed_since_opened

# What is shown whole, however long: the box does not scroll.
CHOICES_IN_VIEW = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def route(admin: Any, where: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """A page of an admin, for those who are signed in to the staff screens."""
    opts = admin.opts
    return path(where, admin.admin_site.admin_view(view), name=f"{opts.app_label}_{opts.model_name}_{name}")


def allow(permitted: bool) -> None:  # noqa: FBT001  It reads as a sentence.
    if not permitted:
        raise PermissionDenied


def show(
    admin: Any,
    request: HttpRequest,
    *,
    row: Any,
    title: str,
    template: str = "admin/page.html",
    **context: Any,
) -> HttpResponse:
    """A page about `row`, or about none, in the dress of the staff screens."""
    request.current_app = admin.admin_site.name
    for field in context["form"].fields.values() if "form" in context else ():
        if isinstance(field.widget, CHOICES_IN_VIEW):
            field.widget.attrs["class"] = "open"
    back = admin.address("change", row.pk) if row else admin.address("changelist")
    page = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        **admin.names(),
        "row": row,
        "title": title,
        "called": admin.called(row) if row else "",
        "back": back,
        **context,
    }
    return TemplateResponse(request, template, page, status=context.get("status", 200))


def carry_out(
    admin: Any,
    request: HttpRequest,
    *,
    form: Any,
    do: Callable[[Any], HttpResponse | str],
    row: Any,
    title: str,
    **context: Any,
) -> HttpResponse:
    """Show the page; when it is posted, `do` what it is for with the form.

    `do` returns the answer, or a sentence that says what was done: then the way leads back to the row.
    A refusal is shown on the page, with all that is missing, and nothing is written.
    """
    if request.method == "POST":
        try:
            valid = form.is_valid()
            if valid or form.tries_anyway:
                with transaction.atomic():
                    answer = do(form)
                    transaction.set_rollback(not valid)
            if valid:
                return _done(admin, request, row, answer)
        except StaleVersion as refusal:
            context |= _what_changed(form, refusal.current)
        except DomainError as refusal:
            tell(form, refusal)
    return show(admin, request, row=row, title=title, form=form, **context)


def _done(admin: Any, request: HttpRequest, row: Any, answer: HttpResponse | str) -> HttpResponse:
    if isinstance(answer, HttpResponse):
        return answer
    messages.success(request, answer)
    # Who may no longer read the row after what they did to it goes to the list.
    still = row is not None and admin.get_queryset(request).filter(pk=row.pk).exists()
    return HttpResponseRedirect(admin.address("change", row.pk) if still else admin.address("changelist"))


def _what_changed(form: Any, current: Any) -> dict[str, Any]:
    """Tell the person what another did since they opened the page, and let them decide again."""
    form.add_error(None, changed_since_opened(current))
    changed = changed_since(current, form.cleaned_data.get("version_read") or current.version)
    form.renew(current.version)
    return {"changed_headings": CHANGED_HEADINGS, "changed": changed}


class Confirm(PageForm):
    """A page that asks nothing but yes."""


def posted(request: HttpRequest) -> Any:
    """What a form of this request is bound to: nothing until it is posted."""
    return request.POST if request.method == "POST" else None
