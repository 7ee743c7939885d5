"""Base of all pages: a signed-in user, a day, and no unknown query parameters."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View

from recommendations.models import Membership, User
from recommendations.models.base import FIRST_YEAR
from recommendations.roles import CAPABILITIES, Capability
from recommendations.wording.dates import day, person

AS_OF = "as_of"

Context = dict[str, Any]
"""What a template is given, by name."""


class Page(AccessMixin, View):
    """A page for a signed-in user: `context` returns the data of its template."""

    template_name: str
    title: str
    # Any other query parameter is refused by name.
    parameters: frozenset[str] = frozenset()
    takes_as_of = False

    user: User
    today: date

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return self.handle_no_permission()
        self.user, self.today = request.user, timezone.localdate()
        refuse_unknown(request, self.parameters | ({AS_OF} if self.takes_as_of else set()))
        answer = super().dispatch(request, *args, **kwargs)
        # Unpublished work must not stay in a cache or behind the back button.
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        return self.shown(status=400 if self.wrong_day else 200, **kwargs)

    def shown(self, *, status: int = 200, **kwargs: object) -> HttpResponse:
        """The page with its context, for which `kwargs` come from the address."""
        return render(self.request, self.template_name, self.whole_context(**kwargs), status=status)

    def context(self, **kwargs: object) -> Context:
        """The data of the template. `title` and `record` make the page's title."""
        return {}

    def whole_context(self, **kwargs: object) -> Context:
        """The data that every page has, and the data of this page."""
        shared = {
            "title": self.title,
            "page": self,
            "signed_in_as": person(self.user),
            "may_review": self.holds(Capability.ASSURE) or self.holds(Capability.REVIEW),
            "may_use_staff_screens": bool(self.roles),
        }
        return shared | self.context(**kwargs)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that the user holds now, for any organisation. One query."""
        held = Membership.objects.current().filter(user=self.user.pk).values_list("role", flat=True)
        return frozenset(held)

    def holds(self, capability: Capability) -> bool:
        """Does the user hold this capability for any organisation?"""
        return any(capability in CAPABILITIES[role] for role in self.roles)

    @cached_property
    def asked_day(self) -> forms.Form:
        """The form of the day in the address, validated."""
        form = PastDay(self.request.GET, latest=self.today)
        form.is_valid()
        return form

    @property
    def wrong_day(self) -> list[str]:
        """Errors of the day in the address; with errors the page shows today."""
        return [str(words) for words in self.asked_day[AS_OF].errors] if self.takes_as_of else []

    @property
    def as_of(self) -> date | None:
        """The past day in the address; None for today."""
        return self.asked_day.cleaned_data.get(AS_OF) if self.takes_as_of else None

    @property
    def on(self) -> date:
        """The day that the page shows."""
        return self.as_of or self.today

    @property
    def on_in_words(self) -> str:
        return day(self.on)


class PastDay(forms.Form):
    """A day up to today, as ISO 8601 or as people in Britain write it."""

    as_of = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"],
        error_messages={"invalid": "Enter a real day, for example 31/3/2025"},
    )

    def __init__(self, data: Any, *, latest: date) -> None:
        super().__init__(data)
        self.latest = latest

    def clean_as_of(self) -> date | None:
        found = self.cleaned_data["as_of"]
        if found and found.year < FIRST_YEAR:
            raise forms.ValidationError(f"Enter a day since {FIRST_YEAR}")
        if found and found > self.latest:
            raise forms.ValidationError(f"{day(found)} is still to come: enter today or a day before it")
        return found if found != self.latest else None


def refuse_unknown(request: HttpRequest, known: frozenset[str] | set[str]) -> None:
    """Raise BadRequest that names the unknown query parameters."""
    if unknown := sorted(set(request.GET) - known):
        takes = f"It knows {', '.join(sorted(known))}." if known else "It takes none."
        raise BadRequest(f"This page does not know “{'”, “'.join(unknown)}” in its address. {takes}")
    asked = [request.path, *(value for _, values in request.GET.lists() for value in values)]
    if any("\x00" in words for words in asked):
        raise BadRequest("The address holds a NUL character, which is not allowed.")
