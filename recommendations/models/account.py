"""Users, their memberships (roles), and access tokens of tools."""

from collections.abc import Iterable
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models import Q
from knox.models import AbstractAuthToken

from recommendations import roles
from recommendations.models.base import known, not_blank
from recommendations.models.organisation import Organisation

SYSTEM = "system"


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Knox declares its relation abstractly.
    """An account. Only its memberships give permissions; `is_superuser` has no effect."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[ASCIIUsernameValidator()],
        help_text="Unaccented letters, digits and @ . + - _ only.",
    )

    # The current roles, where a token was looked up: see `queries.callers.roles_of`.
    current_roles_read: list[Any] | None = None

    class Meta:
        verbose_name = "account"
        verbose_name_plural = "accounts"

    @property
    def is_system(self) -> bool:
        """Whether this is the account of the tracker itself: it records intake and set-up."""
        return self.username == SYSTEM and not self.is_active

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
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
    """A token that a tool sends instead of a password. Only its digest is stored: the token is shown once."""

    label = models.CharField(max_length=100)
    may_write = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Written at most once a minute.
    last_used_at = models.DateTimeField(null=True, editable=False)
    # The last event of the record when the token was looked up.
    record_end: int = 0

    class Meta:
        constraints = [models.CheckConstraint(condition=not_blank("label"), name="access_token_has_a_label")]

    def __str__(self) -> str:
        return f"{self.token_key}… ({self.label})"
