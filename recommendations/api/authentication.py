"""Authentication and permission: a tool shows its token, a person the session of the staff area.

Operations ask `access` what a caller may do to a row.
"""

import base64
import binascii
from typing import TYPE_CHECKING

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from recommendations.models import AccessToken, User
from recommendations.queries.callers import is_usable, token_of_digest

if TYPE_CHECKING:  # rest_framework.views imports this module, by the settings.
    from rest_framework.views import APIView

Credentials = tuple[User, AccessToken]


class BearerToken(TokenAuthentication):
    """`Authorization: Bearer TOKEN`. Looks the token up by its digest, in one query, and writes no row."""

    def authenticate_credentials(self, token: bytes) -> Credentials:
        try:
            digest = hash_token(token.decode())
        except UnicodeDecodeError as error:
            raise exceptions.AuthenticationFailed("This is no token of the tracker.") from error
        found = token_of_digest(digest)
        if found is None or not is_usable(found, timezone.now()):
            raise exceptions.AuthenticationFailed(
                "This token is not known here, has expired, or was withdrawn."
            )
        return self.validate_user(found)


class TokenAsPassword(BearerToken):
    """HTTP Basic with the token as the password: what Power BI and Excel refresh with."""

    def authenticate(self, request: Request) -> Credentials | None:
        scheme, _, encoded = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"basic":
            return None
        try:
            _, _, token = base64.b64decode(encoded, validate=True).partition(b":")
        except binascii.Error as error:
            raise exceptions.AuthenticationFailed(
                "The Basic credentials are not base64 of “name:token”."
            ) from error
        return self.authenticate_credentials(token)

    def authenticate_header(self, request: Request) -> str:
        return "Basic"


class BrowserSession(SessionAuthentication):
    """The session of a person who signed in to the staff area; unsafe methods need the CSRF token."""


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = "recommendations.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class TokenAsPasswordScheme(OpenApiAuthenticationExtension):
    target_class = "recommendations.api.authentication.TokenAsPassword"
    name = "tokenAsPassword"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "basic",
            "description": "Any name, and the token as the password.",
        }


class BrowserSessionScheme(OpenApiAuthenticationExtension):
    target_class = "recommendations.api.authentication.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class SignedIn(BasePermission):
    """Anybody with an account; a token writes only if it was issued for that."""

    message = "You do not have permission to do this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method in SAFE_METHODS or not isinstance(request.auth, AccessToken):
            return True
        self.message = "This token only reads. Ask an administrator for one that may write."
        return request.auth.may_write
