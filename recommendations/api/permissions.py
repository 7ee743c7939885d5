"""Who may call at all. What a caller may do to a row is asked of `access` by the operations."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from recommendations.models import AccessToken


class SignedIn(BasePermission):
    """Anybody with an account; a token writes only if it was issued for that."""

    message = "You do not have permission to do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method in SAFE_METHODS or not isinstance(request.auth, AccessToken):
            return True
        self.message = "This token only reads. Ask an administrator for one that may write."
        return request.auth.may_write
