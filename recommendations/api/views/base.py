"""What every resource shares: unknown parameters refused, a total order, keyset pages, ETags."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from recommendations.api.conditional import etag
from recommendations.api.filtering import refuse_unknown
from recommendations.models import User

REFERENCE = r"[A-Za-z0-9-]{1,60}"
SLUG = r"[A-Za-z0-9_-]{1,80}"
ID = r"[0-9]{1,18}"


class RecordViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """A resource that is listed and read. `orderings`: public name → ORM path."""

    lookup_value_regex = ID
    orderings: dict[str, str] = {}
    default_ordering: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action:  # None for a method that is not served: that is a 405, whatever it carries.
            refuse_unknown(request, self)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def caller(self) -> User:
        """The user of the request: permissions let nobody else come this far."""
        if isinstance(self.request.user, User):
            return self.request.user
        raise NotAuthenticated

    @property
    def today(self) -> date:
        return timezone.localdate()

    def represent(self, row: Any) -> dict[str, Any]:
        """One row as its reader sees it, loaded as the detail loads it."""
        return self.get_serializer_class()(
            self.get_queryset().get(pk=row.pk), context=self.get_serializer_context()
        ).data

    def read_body(self, serializer: type[BaseSerializer]) -> dict[str, Any]:
        """The validated body, of which a PATCH may leave fields out; raises ValidationError."""
        partial = self.request.method == "PATCH"
        context = self.get_serializer_context()
        body = serializer(data=self.request.data, partial=partial, context=context)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def answer(self, row: Any, *, status: int) -> Response:
        """The row as it now stands; for a new one, with its address in Location."""
        data = self.represent(row)
        headers = {"Location": data["url"]} if status == 201 else {}
        if "version" in data:
            headers["ETag"] = etag(data)
        return Response(data, status=status, headers=headers)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().retrieve(request, *args, **kwargs)
        if "version" in response.data:
            response["ETag"] = etag(response.data)
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        return response
