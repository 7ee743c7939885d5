"""Links with which a person sets a password once: signed, and valid for a day."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class PasswordLinks(PasswordResetTokenGenerator):
    """Makes and checks the tokens of links, as at an instant.

    A token is bound to the password that it was made beside: with the next one it is good no more.
    """

    key_salt = "recommendations.password-link"

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def check_token(self, user: Any, token: str | None) -> bool:
        return bool(user and user.is_active) and super().check_token(user, token)

    def _now(self) -> datetime:
        return self.at.astimezone(UTC).replace(tzinfo=None)
