"""Accounts, the roles that they hold and their tokens: for those who manage access alone."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from recommendations.admin.account_pages import AccountPages, open_actions
from recommendations.admin.base import column
from recommendations.admin.site import may
from recommendations.models import AccessToken, Membership, User
from recommendations.models.account import SYSTEM
from recommendations.roles import Capability
from recommendations.wording.dates import moment


@admin.register(User)
class AccountAdmin(AccountPages):
    """It exists for those who manage access alone."""

    noun, nouns = "account", "accounts"
    list_display = ["username", "full_name", "current_roles_read", "open"]
    list_filter = ["is_active"]
    fields = ["username", "full_name", "open", "roles_shown", "tokens", "work", "last_seen"]
    search_fields = ["username", "first_name", "last_name"]
    search_help_text = "Search by username or name"
    ordering = ["username"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, Capability.MANAGE_ACCESS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, Capability.MANAGE_ACCESS)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return may(request, Capability.MANAGE_ACCESS)

    def rows(self, request: HttpRequest, on: Any) -> QuerySet[User]:
        return User.objects.exclude(username=SYSTEM).prefetch_related(
            "memberships__reach", "memberships__home"
        )

    def ways_on(self, request: HttpRequest, row: User) -> list[tuple[str, str]]:
        ways = [("Hand over open actions", "hand_over")] if open_actions(row) else []
        if AccessToken.objects.filter(user=row, revoked_at=None).exists():
            ways.insert(0, ("Revoke all tokens", "revoke"))
        if row.is_active:
            ways = [("Set a password", "password"), ("Issue a token", "token"), *ways]
            if row != request.user:
                ways = [
                    ("Grant a role", "role"),
                    ("Give a link to set a password", "password_link"),
                    *ways,
                    ("Close the account", "disable"),
                ]
        return [(words, self.address(page, row.pk)) for words, page in ways]

    @column("Name", ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "Not given"

    @column("Account", ordering="is_active")
    def open(self, user: User) -> str:
        return "Open" if user.is_active else "Closed"

    @column("Roles")
    def current_roles_read(self, user: User) -> str:
        held = [
            f"{one.get_role_display()} for {one.reach}" for one in user.memberships.all() if not one.ended_at
        ]
        return "; ".join(held) or "None"

    @column("Roles")
    def roles_shown(self, user: User) -> str:
        held = Membership.objects.filter(user=user).select_related("home", "reach").order_by("ended_at", "pk")
        return (
            render_to_string("admin/shown/roles.html", {"account": user, "roles": held}) if held else "None"
        )

    @column("Tokens")
    def tokens(self, user: User) -> str:
        found = AccessToken.objects.filter(user=user).order_by("-created")
        return render_to_string("admin/shown/tokens.html", {"tokens": found}) if found else "None"

    @column("Open actions that name this person")
    def work(self, user: User) -> str:
        return ", ".join(map(str, open_actions(user))) or "None"

    @column("Last signed in")
    def last_seen(self, user: User) -> str:
        return moment(user.last_login) if user.last_login else "Never"
