"""What every page shares: a signed-in reader, a day, and no parameter that it does not know."""

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


class Page(AccessMixin, View):
    """A page for a signed-in person: `context` says what it shows, the template how."""

    template_name: str
    title: str
    # The query parameters that it knows; any other is refused by name.
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
        # What bodies write about themselves stays in no cache on the way, nor behind the back button.
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.shown(status=400 if self.wrong_day else 200, **kwargs)

    def shown(self, *, status: int = 200, **kwargs: Any) -> HttpResponse:
        """The page with its context, for which `kwargs` come from the address."""
        return render(self.request, self.template_name, self.whole_context(**kwargs), status=status)

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows. `title`, and `record` (what it is about), make the page's title."""
        return {}

    def whole_context(self, **kwargs: Any) -> dict[str, Any]:
        """What every page shows, and what this one does."""
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
        """The roles that the reader holds now, whatever they reach. One query."""
        held = Membership.objects.current().filter(user=self.user.pk).values_list("role", flat=True)
        return frozenset(held)

    def holds(self, capability: Capability) -> bool:
        """Does any role of the reader let them do this, somewhere?"""
        return any(capability in CAPABILITIES[role] for role in self.roles)

    @cached_property
    def asked_day(self) -> forms.Form:
        """The day that the address asks for, and what is wrong with it."""
        form = PastDay(self.request.GET, latest=self.today)
        form.is_valid()
        return form

    @property
    def wrong_day(self) -> list[str]:
        """What is wrong with the day that was asked for: the page then shows today."""
        return [str(words) for words in self.asked_day[AS_OF].errors] if self.takes_as_of else []

    @property
    def as_of(self) -> date | None:
        """The past day that is asked for; None is today."""
        return self.asked_day.cleaned_data.get(AS_OF) if self.takes_as_of else None

    @property
    def on(self) -> date:
        """The day of which the page speaks."""
        return self.as_of or self.today

    @property
    def on_in_words(self) -> str:
        return day(self.on)


class PastDay(forms.Form):
    """A day that has come, as ISO 8601 or as people in Britain write it."""

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
    """Raise BadRequest that names what the address holds and the page does not know."""
    if unknown := sorted(set(request.GET) - known):
        takes = f"It knows {', '.join(sorted(known))}." if known else "It takes none."
        raise BadRequest(f"This page does not know “{'”, “'.join(unknown)}” in its address. {takes}")
    asked = [request.path, *(value for _, values in request.GET.lists() for value in values)]
    if any("\x00" in words for words in asked):
        raise BadRequest("The address holds a character that nothing can hold.")
