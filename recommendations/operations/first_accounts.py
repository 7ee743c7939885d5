"""The accounts with which a new installation is looked at: one of each role, and a token for each."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from recommendations import roles
from recommendations.models import Level, Organisation, User
from recommendations.operations.accounts import (
    create_account,
    grant_role,
    issue_token,
    revoke_tokens,
    set_password,
)


@dataclass(frozen=True)
class Post:
    """For a role's first account: its organisation, what the role covers, and if its token may write."""

    home: Organisation
    reach: Organisation
    may_write: bool


def first_posts(inspected: Organisation) -> dict[str, Post]:
    """One post a role: the contributor's in the body inspected, the assurer's outside the line."""
    service = Organisation.objects.get(level=Level.NATIONAL_SERVICE)
    assurance = Organisation.objects.filter(level=Level.ASSURANCE).order_by("pk")[0]
    inspectorate = Organisation.objects.filter(level=Level.INSPECTORATE).order_by("pk")[0]
    return {
        roles.VIEWER: Post(service, service, may_write=False),
        roles.CONTRIBUTOR: Post(inspected, inspected, may_write=True),
        roles.ASSURER: Post(assurance, service, may_write=True),
        roles.INSPECTOR: Post(inspectorate, service, may_write=True),
        roles.ADMINISTRATOR: Post(service, service, may_write=False),
    }


@transaction.atomic
def issue_first_access(*, inspected: Organisation, by: User, at: datetime) -> dict[str, dict[str, str]]:
    """Make (or give new secrets to) one account a role.

    Returns `{role: {"username", "password", "token"}}`, the only time that the secrets are seen; what
    was issued before stops working. The account is named for its role.
    """
    access = {}
    for role, post in first_posts(inspected).items():
        password = secrets.token_urlsafe(12)
        user = User.objects.filter(username=role).first()
        if user is None:
            user = create_account(username=role, password=password, by=by, at=at)
        else:
            set_password(user=user, password=password, by=by, at=at)
            revoke_tokens(user=user, by=by, at=at)
        grant_role(user=user, role=role, home=post.home, reach=post.reach, by=by, at=at)
        token = issue_token(
            user=user, label="First access", may_write=post.may_write, lifetime=None, by=by, at=at
        )
        access[role] = {"username": role, "password": password, "token": token}
    return access
