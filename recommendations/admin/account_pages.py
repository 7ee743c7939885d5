"""The pages of an account, each with one operation."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from recommendations.admin.account_forms import AccountForm, HandOverForm, PasswordForm, RoleForm, TokenForm
from recommendations.admin.action_page import (
    ConfirmForm,
    form_data,
    render_page,
    require,
    route,
    run_action_page,
)
from recommendations.admin.base import ReadOnlyAdmin, signed_in
from recommendations.admin.site import may
from recommendations.models import Action, User
from recommendations.operations import accounts
from recommendations.operations.accounts import set_password
from recommendations.roles import Capability

SHOWN_ONCE = "This page shows it once: the tracker keeps only a hash. Pass it on by a safe way."
LINK_SHOWN_ONCE = "This page shows it once. The link works once, for 24 hours. Pass it on by a safe way."


def open_actions(user: User) -> list[Action]:
    """The open actions that name this person as responsible."""
    rows = Action.objects.open().filter(person=user).select_related("recommendation", "lead")
    return list(rows.order_by("pk"))


class AccountPages(ReadOnlyAdmin):
    """Adds the pages of an account to its admin."""

    def pages(self) -> list[URLPattern]:
        return [
            route(self, "add/", self.add_account, "add"),
            route(self, "<int:pk>/role/", self.grant_role, "role"),
            route(self, "<int:pk>/role/<int:role_pk>/end/", self.end_role, "end_role"),
            route(self, "<int:pk>/password/", self.change_password, "password"),
            route(self, "<int:pk>/password-link/", self.password_link, "password_link"),
            route(self, "<int:pk>/token/", self.issue_token, "token"),
            route(self, "<int:pk>/tokens/revoke/", self.revoke_tokens, "revoke"),
            route(self, "<int:pk>/disable/", self.disable, "disable"),
            route(self, "<int:pk>/hand-over/", self.hand_over, "hand_over"),
            *super().pages(),
        ]

    def add_account(self, request: HttpRequest) -> HttpResponse:
        require(may(request, Capability.MANAGE_ACCESS))

        def save(form: AccountForm) -> HttpResponse:
            names = {name: form.cleaned_data[name] for name in ("username", "first_name", "last_name")}
            password = form.password_to_set
            user = accounts.create_account(
                **names, password=password, by=signed_in(request), at=timezone.now()
            )
            return self._show_once(request, user, "The account is added", "Password", password)

        return self._page(
            request,
            None,
            title="Add an account",
            button="Add the account",
            effect="The account can do nothing until it has a role.",
            form=AccountForm(form_data(request)),
            save=save,
        )

    def grant_role(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def save(form: RoleForm) -> str:
            role = accounts.grant_role(
                user=user, **form.cleaned_data, by=signed_in(request), at=timezone.now()
            )
            return f"{user} is {role.role} for {role.reach}."

        return self._page(
            request,
            user,
            title="Grant a role",
            button="Grant the role",
            effect="The role begins now. The record keeps your name with it.",
            form=RoleForm(form_data(request)),
            save=save,
        )

    def end_role(self, request: HttpRequest, pk: int, role_pk: int) -> HttpResponse:
        user = self._account(request, pk)
        role = user.memberships.select_related("user", "reach").filter(pk=role_pk).first()
        if role is None:
            raise Http404

        def save(form: ConfirmForm) -> str:
            accounts.end_role(membership=role, by=signed_in(request), at=timezone.now())
            return f"{user} is no longer {role.role} for {role.reach}."

        return self._confirm(
            request,
            user,
            title=f"End the role of {role.role} for {role.reach}",
            button="End the role",
            effect="The role ends now. The record keeps what the person did in it.",
            save=save,
        )

    def change_password(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def save(form: PasswordForm) -> HttpResponse:
            password = form.password_to_set
            set_password(user=user, password=password, by=signed_in(request), at=timezone.now())
            return self._show_once(request, user, "The password is set", "Password", password)

        return self._page(
            request,
            user,
            title="Set a password",
            button="Set the password",
            effect="The old password stops working, and its sessions are signed out.",
            form=PasswordForm(form_data(request)),
            save=save,
        )

    def password_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def save(form: ConfirmForm) -> HttpResponse:
            token = accounts.give_password_link(user=user, by=signed_in(request), at=timezone.now())
            uid = urlsafe_base64_encode(force_bytes(user.pk))
            link = request.build_absolute_uri(reverse("pages:password_set", args=[uid, token]))
            return self._show_once(request, user, "The link is made", "Link", link, once=LINK_SHOWN_ONCE)

        return self._confirm(
            request,
            user,
            title="Give a link to set a password",
            button="Make the link",
            effect="The link sets the password once, within 24 hours. Until then the account cannot sign in,"
            " and its sessions are signed out.",
            save=save,
        )

    def issue_token(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def save(form: TokenForm) -> HttpResponse:
            token = accounts.issue_token(
                user=user,
                label=form.cleaned_data["label"],
                may_write=form.cleaned_data["may_write"],
                lifetime=form.lifetime,
                by=signed_in(request),
                at=timezone.now(),
            )
            return self._show_once(request, user, "The token is issued", "Token", token)

        return self._page(
            request,
            user,
            title="Issue a token",
            button="Issue the token",
            effect="A tool with the token may do what this person may, within the limits below.",
            form=TokenForm(form_data(request)),
            save=save,
        )

    def revoke_tokens(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def save(form: ConfirmForm) -> str:
            accounts.revoke_tokens(user=user, by=signed_in(request), at=timezone.now())
            return f"All tokens of {user} are revoked."

        return self._confirm(
            request,
            user,
            title="Revoke all tokens",
            button="Revoke the tokens",
            effect="Tools with these tokens stop working now. You cannot undo this.",
            save=save,
        )

    def disable(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def save(form: ConfirmForm) -> str:
            accounts.disable_account(user=user, by=signed_in(request), at=timezone.now())
            return f"The account of {user} is disabled."

        count = len(open_actions(user))
        return self._confirm(
            request,
            user,
            title="Disable account",
            button="Disable account",
            effect="It can no longer sign in, and its tokens stop working. The record keeps its work."
            + (f" {count} open actions name this person: hand them over first." if count else ""),
            save=save,
        )

    def hand_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def save(form: HandOverForm) -> str:
            to = form.cleaned_data["to"]
            actions = accounts.hand_over(leaver=user, to=to, by=signed_in(request), at=timezone.now())
            return f"{len(actions)} open actions now name {to or 'nobody'}."

        return self._page(
            request,
            user,
            title="Hand over open actions",
            button="Hand over the actions",
            effect="All open actions of this person change, each with an event of its own; or none does.",
            form=HandOverForm(form_data(request), leaver=user),
            save=save,
            current="admin/current.html",
            actions=open_actions(user),
        )

    def _account(self, request: HttpRequest, pk: int) -> User:
        require(may(request, Capability.MANAGE_ACCESS))
        return self.row(request, pk)

    def _page(self, request: HttpRequest, user: User | None, **page: Any) -> HttpResponse:
        return run_action_page(self, request, row=user, **page)

    def _confirm(self, request: HttpRequest, user: User, **page: Any) -> HttpResponse:
        return self._page(request, user, form=ConfirmForm(form_data(request)), **page)

    def _show_once(
        self,
        request: HttpRequest,
        user: User,
        title: str,
        name: str,
        secret: str,
        *,
        once: str = SHOWN_ONCE,
    ) -> HttpResponse:
        return render_page(
            self,
            request,
            row=user,
            title=title,
            template="admin/secret.html",
            effect=once,
            name=name,
            secret=secret,
        )
