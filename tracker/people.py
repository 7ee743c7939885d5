"""What only people need: sessions, messages, and the policy of pages. Tools that show a token go past."""

from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

# How the schemes begin by which a tool shows its token.
TOKENS = {"Bearer", "Basic "}


def _for_people(middleware: Any) -> Any:
    """The middleware, passed by where a tool shows its token: it has no session, and is shown no page."""

    class ForPeople(middleware):
        def __call__(self, request: HttpRequest) -> Any:
            if request.headers.get("authorization", "")[:6] in TOKENS and request.path.startswith("/api/"):
                return self.get_response(request)
            return super().__call__(request)

    return ForPeople


ContentSecurity = _for_people(CSPMiddleware)
Sessions = _for_people(SessionMiddleware)
Accounts = _for_people(AuthenticationMiddleware)
Messages = _for_people(MessageMiddleware)
