"""Accounts with their roles and tokens, for administrators."""

from datetime import date, datetime

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from recommendations.admin.account_pages import AccountPages, open_actions
from recommendations.admin.base import Link, column, table
from recommendations.admin.site import may
from recommendations.models import AccessToken, Membership, User
from recommendations.models.account import SYSTEM
from recommendations.roles import Capability
from recommendations.wording.dates import day, moment


@admin.register(User)
class AccountAdmin(AccountPages):
    list_display = ["username", "full_name", "roles_held", "state"]
    list_filter = ["is_active"]
    fields = ["username", "full_name", "state", "roles_shown", "tokens", "work", "last_seen"]
    search_fields = ["username", "first_name", "last_name"]
    search_help_text = "Search by username or name"
    ordering = ["username"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, Capability.MANAGE_ACCESS)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, Capability.MANAGE_ACCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Capability.MANAGE_ACCESS)

    def rows(self, request: HttpRequest, on: date) -> QuerySet[User]:
        return User.objects.exclude(username=SYSTEM).prefetch_related(
            "memberships__reach", "memberships__home"
        )

    def available_actions(self, request: HttpRequest, row: User) -> list[Link]:
        pages = [("Hand over open actions", "hand_over")] if open_actions(row) else []
        if AccessToken.objects.filter(user=row, revoked_at=None).exists():
            pages.insert(0, ("Revoke all tokens", "revoke"))
        if row.is_active:
            pages = [("Set a password", "password"), ("Issue a token", "token"), *pages]
            if row != request.user:
                pages = [
                    ("Grant a role", "role"),
                    ("Give a link to set a password", "password_link"),
                    *pages,
                    ("Disable account", "disable"),
                ]
        return [(text, self.address(page, row.pk)) for text, page in pages]

    @column("Name", ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "Not given"

    @column("Account", ordering="is_active")
    def state(self, user: User) -> str:
        return "Active" if user.is_active else "Disabled"

    @column("Roles")
    def roles_held(self, user: User) -> str:
        current = (role for role in user.memberships.all() if not role.ended_at)
        return "; ".join(f"{role.get_role_display()} for {role.reach}" for role in current) or "None"

    @column("Roles")
    def roles_shown(self, user: User) -> str:
        roles = (
            Membership.objects.filter(user=user).select_related("home", "reach").order_by("ended_at", "pk")
        )
        return table(
            "Roles",
            ["Role", "Works for", "Covers", "Since", "Until"],
            (
                (role.get_role_display(), role.home, role.reach, _day(role.granted_at), self._end_of(role))
                for role in roles
            ),
        )

    def _end_of(self, role: Membership) -> str:
        """The day on which the role ended, or the link that ends it."""
        if role.ended_at:
            return _day(role.ended_at)
        url = self.address("end_role", role.user_id, role.pk)
        name = f"the role of {role.role} for {role.reach}"
        return format_html('<a href="{}">End <span class="visually-hidden">{}</span></a>', url, name)

    @column("Tokens")
    def tokens(self, user: User) -> str:
        return table(
            "Tokens",
            ["Token", "Reads or writes", "Issued", "Valid until", "Last used"],
            (
                (
                    token.label,
                    "Reads and writes" if token.may_write else "Only reads",
                    _day(token.created),
                    _validity(token),
                    moment(token.last_used_at) if token.last_used_at else "Never used",
                )
                for token in AccessToken.objects.filter(user=user).order_by("-created")
            ),
        )

    @column("Open actions that name this person")
    def work(self, user: User) -> str:
        return ", ".join(map(str, open_actions(user))) or "None"

    @column("Last signed in")
    def last_seen(self, user: User) -> str:
        return moment(user.last_login) if user.last_login else "Never"


def _day(instant: datetime) -> str:
    return day(timezone.localdate(instant))


def _validity(token: AccessToken) -> str:
    if token.revoked_at:
        return f"Revoked on {_day(token.revoked_at)}"
    return _day(token.expiry) if token.expiry else "Never expires"
