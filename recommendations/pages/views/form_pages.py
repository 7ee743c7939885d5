"""A page that writes: it asks, shows the answers to be checked, and writes once they are confirmed."""

import hashlib
import re
from secrets import token_hex
from typing import Any

import orjson
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property

from recommendations.access import require
from recommendations.errors import DomainError, NotPermitted, StaleVersion
from recommendations.forms.base import PageForm, tell
from recommendations.operations.idempotency import Kept, once
from recommendations.pages.available_actions import address_of
from recommendations.pages.check_answers import answers_of, kept
from recommendations.pages.govuk_forms import with_govuk_classes
from recommendations.pages.views.base import Page
from recommendations.roles import Capability
from recommendations.wording.changes import CHANGED_HEADINGS, changed_since, changed_since_opened

TOKEN = re.compile(r"[0-9a-f]{32}")


class NotAnswered(DomainError):
    """The answers that were to be confirmed are not all right."""


class FormPage(Page):
    """GET asks. POST with `stage=check` shows the answers, `change:<field>` asks again, `confirm` writes."""

    template_name = "pages/writing/ask.html"
    check_template = "pages/writing/check.html"
    stands = ""  # The template of what stands now, shown above the questions.
    capability: Capability
    effect = ""

    @cached_property
    def subject(self) -> Any:
        """What is written about; Http404 where the reader does not reach it."""
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
        """The recommendation or action on which the reader must hold the capability."""
        return self.subject

    def form(self, data: Any) -> PageForm:
        raise NotImplementedError

    def last_form(self, data: Any, files: Any = None) -> Form | None:
        """What is asked only on the page of the answers, where it is asked there at all."""
        return None

    def write(self, form: PageForm, last: Form | None) -> Any:
        """Carry the operation out and return the row; without `last` it is a rehearsal."""
        raise NotImplementedError

    def can_try(self, form: PageForm) -> bool:
        """Is enough there to try the operation, though some answer is not right?"""
        return True

    def said(self, row: Any) -> str:
        """What was done, in a sentence."""
        raise NotImplementedError

    def leads_to(self, row: Any) -> str:
        """Where the reader finds what was done."""
        return address_of(getattr(row, "recommendation", row))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.allow()
        return self.asked(with_govuk_classes(self.form(None)))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.allow()
        stage, _, field = request.POST.get("stage", "").partition(":")
        form = with_govuk_classes(self.form(request.POST))
        if stage == "change":
            return self.asked(kept(with_govuk_classes(self.form(None)), form, start_with=field))
        return self._confirm(form) if stage == "confirm" else self._check(form)

    def asked(self, form: PageForm, *, status: int = 200, **shown: Any) -> HttpResponse:
        return self.shown(status=status, form=form, **shown)

    def checked(self, form: PageForm, last: Form | None, *, status: int = 200) -> HttpResponse:
        """The answers, each with a way to change it, and what confirms them."""
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
        """What was confirmed cannot be written: say why."""
        return self._check(form)

    def context(self, **shown: Any) -> dict[str, Any]:
        return {
            "record": str(self.about),
            "back": self.back,
            "effect": self.effect,
            "button": self.title,
            "stands": self.stands,
            **shown,
        }

    def tell(self, form: PageForm, refusal: DomainError) -> None:
        """All of a refusal, but for fields that say already what is wrong with them."""
        problems = getattr(refusal, "problems", None)
        if isinstance(problems, dict):
            open_fields = {name: said for name, said in problems.items() if name not in form.errors}
            refusal = type(refusal)(open_fields)
        tell(form, refusal)

    def allow(self) -> None:
        require(self.user, self.capability, self.permitted_on, on=self.today)

    def _check(self, form: PageForm) -> HttpResponse:
        """Rehearse: the operation is tried and undone, so that all that is missing is told at once."""
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
            return self._changed(form) if self._came_second(form) else self.asked(form)
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
        """Write, unless this very confirmation was written before: then its answer is given again."""
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
        return Kept(302, self.said(row).encode(), {"Location": self.leads_to(row)})

    def _digest(self) -> str:
        """SHA-256 (hex) of one confirmation: sent twice it is the same, with other answers another."""
        post = self.request.POST
        said = {name: post.getlist(name) for name in post if name != "csrfmiddlewaretoken"}
        files = [[one.name, _sha256(one)] for _, found in self.request.FILES.lists() for one in found]
        asked = [self.request.path, said, files]
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def _came_second(self, form: PageForm) -> bool:
        read = form.cleaned_data.get("version_read")
        return bool(read) and read < self.subject.version

    def _changed(self, form: PageForm) -> HttpResponse:
        """Show theirs beside what another saved since they opened the page; they decide again."""
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
    """Of the bytes: a file that was mended in the meantime may have the name and the size of the first."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
