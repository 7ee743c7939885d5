"""Base of the pages that write: a form, a page to check the answers, and one write when confirmed."""

import hashlib
import re
from secrets import token_hex
from typing import Any

import orjson
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from recommendations.access import require
from recommendations.errors import DomainError, NotPermitted, StaleVersion
from recommendations.forms.base import PageForm, tell
from recommendations.operations.idempotency import Kept, once
from recommendations.pages.available_actions import address_of
from recommendations.pages.check_answers import answers_of, kept
from recommendations.pages.govuk_forms import with_govuk_classes
from recommendations.pages.views.base import Context, Page
from recommendations.roles import Capability
from recommendations.wording.changes import CHANGED_HEADINGS, changed_since, changed_since_opened

TOKEN = re.compile(r"[0-9a-f]{32}")


class NotAnswered(DomainError):
    """The form that was confirmed is not valid."""


class FormPage(Page):
    """GET shows the form. `stage` says what a POST does: `check`, `change:<field>` or `confirm`."""

    template_name = "pages/writing/form.html"
    check_template = "pages/writing/check.html"
    current_template = ""  # Shows the current record above the form.
    capability: Capability
    effect = ""

    @cached_property
    def subject(self) -> Any:
        """The row that the operation is about; raises Http404 if it does not exist for the user."""
        raise NotImplementedError

    @property
    def about(self) -> Any:
        """The recommendation or action that the page is about."""
        return self.subject

    @property
    def back(self) -> str:
        return address_of(self.about)

    @property
    def permitted_on(self) -> Any:
        """The recommendation or action on which the user must hold the capability."""
        return self.subject

    def form(self, data: QueryDict | None) -> PageForm:
        raise NotImplementedError

    def last_form(
        self, data: QueryDict | None, files: MultiValueDict[str, UploadedFile] | None = None
    ) -> Form | None:
        """A form on the page of the answers, for example for a file; None without one."""
        return None

    def write(self, form: PageForm, last: Form | None) -> Any:
        """Run the operation and return the row. `last` is None when the answers are only checked."""
        raise NotImplementedError

    def can_try(self, form: PageForm) -> bool:
        """Can the operation be tried although the form has errors?"""
        return True

    def success_message(self, row: Any) -> str:
        raise NotImplementedError

    def success_url(self, row: Any) -> str:
        return address_of(getattr(row, "recommendation", row))

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        self.allow()
        return self.asked(with_govuk_classes(self.form(None)))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.allow()
        stage, _, field = request.POST.get("stage", "").partition(":")
        form = with_govuk_classes(self.form(request.POST))
        if stage == "change":
            return self.asked(kept(with_govuk_classes(self.form(None)), form, start_with=field))
        return self._confirm(form) if stage == "confirm" else self._check(form)

    def asked(self, form: PageForm, *, status: int = 200, **shown: object) -> HttpResponse:
        return self.shown(status=status, form=form, **shown)

    def checked(self, form: PageForm, last: Form | None, *, status: int = 200) -> HttpResponse:
        """The page of the answers, with a button to change each and one to confirm."""
        data = self.request.POST
        held = [(name, value) for name in form.fields for value in data.getlist(name)]
        token = data.get("once", "")
        shown = {
            "answers": answers_of(form),
            "held": [*held, ("once", token if TOKEN.fullmatch(token) else token_hex(16))],
            "form": last,
        }
        return render(self.request, self.check_template, self.whole_context(**shown), status=status)

    def refused(self, form: PageForm, last: Form | None, refusal: DomainError) -> HttpResponse:
        """The page after an operation refused the confirmed answers."""
        return self._check(form)

    def context(self, **shown: object) -> Context:
        return {
            "record": str(self.about),
            "back": self.back,
            "effect": self.effect,
            "button": self.title,
            "current_template": self.current_template,
            **shown,
        }

    def tell(self, form: PageForm, refusal: DomainError) -> None:
        """Add a refusal to the form, except for fields that have an error already."""
        problems = getattr(refusal, "problems", None)
        if isinstance(problems, dict):
            open_fields = {name: said for name, said in problems.items() if name not in form.errors}
            refusal = type(refusal)(open_fields)
        tell(form, refusal)

    def allow(self) -> None:
        require(self.user, self.capability, self.permitted_on, on=self.today)

    def _check(self, form: PageForm) -> HttpResponse:
        """Try the operation and roll it back, so that the form shows all problems together."""
        form.is_valid()
        try:
            if self.can_try(form):
                with transaction.atomic():
                    self.write(form, None)
                    transaction.set_rollback(True)
        except NotPermitted:
            raise
        except StaleVersion:
            return self._changed(form)
        except DomainError as refusal:
            self.tell(form, refusal)
        if form.errors:
            return self._changed(form) if self._is_stale(form) else self.asked(form)
        return self.checked(form, self.last_form(None))

    def _confirm(self, form: PageForm) -> HttpResponse:
        token = self.request.POST.get("once", "")
        if not TOKEN.fullmatch(token):
            return self._check(form)
        last = self.last_form(self.request.POST, self.request.FILES)
        try:
            answer = self.once(form, last)
        except NotPermitted:
            raise
        except DomainError as refusal:
            return self.refused(form, last, refusal)
        messages.success(self.request, answer.body.decode())
        return HttpResponseRedirect(answer.headers["Location"])

    def once(self, form: PageForm, last: Form | None) -> Kept:
        """Write. If the same confirmation was sent before, return its answer and do not write again."""
        asked = self._digest()
        return once(
            user=self.user,
            key=asked,
            digest=asked,
            at=timezone.now(),
            perform=lambda: self._written(form, last),
        )

    def _written(self, form: PageForm, last: Form | None) -> Kept:
        if not form.is_valid() or (last is not None and not last.is_valid()):
            raise NotAnswered
        row = self.write(form, last)
        return Kept(302, self.success_message(row).encode(), {"Location": self.success_url(row)})

    def _digest(self) -> str:
        """SHA-256 (hex) of a confirmation: the same for the same answers and files."""
        post = self.request.POST
        said = {name: post.getlist(name) for name in post if name != "csrfmiddlewaretoken"}
        files = [[one.name, _sha256(one)] for _, found in self.request.FILES.lists() for one in found]
        asked = [self.request.path, said, files]
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def _is_stale(self, form: PageForm) -> bool:
        read = form.cleaned_data.get("version_read")
        return bool(read) and read < self.subject.version

    def _changed(self, form: PageForm) -> HttpResponse:
        """Show the user's answers beside the values that another user saved since the page was opened."""
        current = type(self.subject)._default_manager.get(pk=self.subject.pk)
        read = form.cleaned_data.get("version_read") or current.version
        yours = answers_of(form)
        form.add_error(None, changed_since_opened(current))
        form.renew(current.version)
        return self.asked(
            form,
            status=409,
            yours=yours,
            changed_headings=CHANGED_HEADINGS,
            changed=changed_since(current, read),
        )


def _sha256(file: UploadedFile) -> str:
    """Hash of the bytes: a corrected file may have the same name and size."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
