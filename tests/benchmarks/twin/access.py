"""Who calls, how often, and how pages are cut: the classes that a project writes first."""

from typing import Any

from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.throttling import SimpleRateThrottle

from recommendations.models import AccessToken
from recommendations.queries.callers import is_usable


class TokenOfCaller(TokenAuthentication):
    """`Authorization: Bearer TOKEN`, found by its digest."""

    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        try:
            token = AccessToken.objects.select_related("user").get(digest=hash_token(key))
        except AccessToken.DoesNotExist as error:
            raise AuthenticationFailed from error
        if not is_usable(token, timezone.now()) or not token.user.is_active:
            raise AuthenticationFailed
        return token.user, token


class RateOfToken(SimpleRateThrottle):
    """On, and never reached. Of a second: it keeps the instant of each request of its window."""

    rate = "999999999/sec"
    scope = "token"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": request.auth.digest}


class MayWrite(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        return request.method in SAFE_METHODS or request.auth.may_write


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
