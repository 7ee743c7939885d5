"""What every resource shares: who calls, when, and with what; answers that no shared cache keeps."""

from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from recommendations.api.parameters import LISTED, refuse_unknown
from recommendations.api.parsers import refuse_token_in_address, refuse_too_large
from recommendations.api.shapes.shape import Shape
from recommendations.api.values import day_asked
from recommendations.models import AccessToken, RecordHead, User
from recommendations.queries.callers import Held, roles_of
from recommendations.workflow import TAKES_STEPS


class Resource(GenericViewSet):
    """Who calls, when, and with what; answers that no shared cache keeps."""

    takes_as_of = False
    # What a list takes beside its filters.
    list_parameters = LISTED
    shape: Shape | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the caller is known: to look for the token of a session's form is to read the form.
        refuse_too_large(request)
        refuse_token_in_address(request)
        super().initial(request, *args, **kwargs)
        if self.action:  # None for a method that is not served: that is a 405, whatever it carries.
            refuse_unknown(request, self)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002  DRF's.
        # A method that is not served is a 405, whatever form of answer is asked for.
        return super().perform_content_negotiation(request, force or self.action is None)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def caller(self) -> User:
        """The user of the request: permissions let nobody else come this far."""
        if isinstance(self.request.user, User):
            return self.request.user
        raise NotAuthenticated

    @cached_property
    def today(self) -> date:
        """The London day on which the request is answered: one, even at midnight."""
        return timezone.localdate()

    @cached_property
    def as_of(self) -> date | None:
        """The past day that the request asks about. Raises ValidationError for one to come."""
        if not (self.takes_as_of and self.request.method in SAFE_METHODS):
            return None
        return day_asked(self.request, "as_of", latest=self.today)

    @cached_property
    def root(self) -> str:
        """The address under which everything of the API stands, as the caller names this machine."""
        return f"{self.request.scheme}://{self.request.get_host()}{_root()}"

    @cached_property
    def roles(self) -> list[Held]:
        """The roles that the caller holds."""
        return roles_of(self.request.user)

    @property
    def takes_steps(self) -> bool:
        """Has the caller a role that takes any step of a workflow?"""
        return any(held.role in TAKES_STEPS for held in self.roles)

    @cached_property
    def record_end(self) -> int:
        """The last event of the record when the request began."""
        token = self.request.auth
        if isinstance(token, AccessToken):
            return token.record_end
        return RecordHead.objects.values_list("sequence", flat=True).get(pk=1)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


@cache
def _root() -> str:
    return reverse("me").removesuffix("me/")
