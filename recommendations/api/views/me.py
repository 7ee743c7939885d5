"""The caller's account and roles."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.serializers.me import MeSerializer
from recommendations.api.views.resource import Resource
from recommendations.models import Membership, User


class MeViewSet(Resource):
    """The caller: their roles, what these cover, and whether the token may write."""

    serializer_class = MeSerializer
    pagination_class, filter_backends = None, ()

    @extend_schema(responses=MeSerializer)
    def retrieve(self, request: Request) -> Response:
        """Your account, your roles and what they allow."""
        roles: Any = Membership.objects.current().select_related("home", "reach").order_by("pk")
        people = User.objects.prefetch_related(Prefetch("memberships", roles, to_attr="current_roles"))
        return Response(self.get_serializer(people.get(pk=self.caller.pk)).data)
