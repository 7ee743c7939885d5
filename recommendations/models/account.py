"""People, the roles they hold, and the tokens of the tools they run."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from knox.models import AbstractAuthToken

from recommendations import roles
from recommendations.models.base import known, not_blank
from recommendations.models.organisation import Organisation
from recommendations.models.prepared import Prepared, columns_of, instance_of

SYSTEM = "system"
# So many recommendations are looked through sooner than a list of all is.
FEW = 200


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Knox declares its relation abstractly.
    """An account. What it may do comes from its memberships alone: `is_superuser` opens nothing."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[ASCIIUsernameValidator()],
        help_text="Unaccented letters, digits and @ . + - _ only.",
    )

    # Where a token was looked up, the roles beside it: see `roles_of`.
    roles_held: "list[Held] | None" = None

    @property
    def is_system(self) -> bool:
        """The tracker itself: the account in whose name intake and set-up act, closed to people."""
        return self.username == SYSTEM and not self.is_active

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True, user__is_active=True)


class Membership(models.Model):
    """A role of a user: where the person works (`home`) and what the role covers (`reach` and below)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=roles.CHOICES)
    home = models.ForeignKey(Organisation, models.PROTECT, related_name="staff_memberships")
    reach = models.ForeignKey(Organisation, models.PROTECT, related_name="reaching_memberships")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "home", "reach"],
                condition=Q(ended_at__isnull=True),
                name="membership_is_held_once",
            ),
            models.CheckConstraint(condition=known("role", roles.CHOICES), name="membership_role_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("granted_at")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} for {self.reach}"


class AccessToken(AbstractAuthToken):
    """What a tool shows instead of a password. Kept as a digest: the token itself is shown once."""

    label = models.CharField(max_length=100)
    may_write = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # To the minute: a request that reads writes nothing.
    last_used_at = models.DateTimeField(null=True, editable=False)
    # Of the record when the token was looked up.
    record_end: int = 0

    class Meta:
        constraints = [models.CheckConstraint(condition=not_blank("label"), name="access_token_has_a_label")]

    def __str__(self) -> str:
        return f"{self.token_key}… ({self.label})"

    def is_usable(self, at: datetime) -> bool:
        """Neither revoked nor expired at the instant `at`."""
        return self.revoked_at is None and (self.expiry is None or self.expiry > at)


def token_of_digest(digest: str) -> AccessToken | None:
    """The token with its user, both whole; None where there is none. One query, which is written once.

    `record_end` is the last event of the record, and `user.roles_held` what `roles_of` gives: whoever
    asks is asked for both, and nobody should have to look again.
    """
    rows = _look_up().rows(digest)
    if not rows:
        return None
    width = len(columns_of(AccessToken))
    *values, record_end, _, _, _, _ = rows[0]
    token = instance_of(AccessToken, values[:width])
    token.user = instance_of(User, values[width:])
    token.record_end = record_end
    held = [row[-4:] for row in rows]
    token.user.roles_held = [Held(*role) for ended, *role in held if role[0] and ended is None]
    return token


class Held(NamedTuple):
    """A role, the key of the organisation that it reaches, and whether few recommendations are seen there."""

    role: str
    reach: int
    is_small: bool


def roles_of(user: Any) -> list[Held]:
    """The roles that a user holds. One query."""
    held = getattr(user, "roles_held", None)
    return [Held(*role) for role in _roles().rows(user.pk)] if held is None else held


@cache
def _roles() -> Prepared:
    names = ("role", "reach", _is_small("reach"))
    return Prepared(lambda user: Membership.objects.current().filter(user=user).values_list(*names))


def _is_small(reach: str) -> Any:
    from recommendations.models.reach import RecommendationReach

    return ~Exists(RecommendationReach.objects.filter(organisation=OuterRef(reach))[FEW : FEW + 1])


@cache
def _look_up() -> Prepared:
    from recommendations.models.event import RecordHead

    names = [*columns_of(AccessToken), *(f"user__{name}" for name in columns_of(User))]
    end = Subquery(RecordHead.objects.values("sequence")[:1])
    held = [f"user__memberships__{name}" for name in ("ended_at", "role", "reach")]
    held.append(_is_small("user__memberships__reach"))
    return Prepared(
        lambda digest: AccessToken.objects.filter(digest=digest).values_list(*names, end, *held),
        models.CharField(),
    )
