"""The pages of an account: each does one thing by its operation, and says before what will follow."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from recommendations.admin import account_forms
from recommendations.admin.action_page import Confirm, allow, carry_out, posted, route, show
from recommendations.admin.base import ReadOnlyAdmin, signed_in
from recommendations.admin.site import may
from recommendations.models import Action, User
from recommendations.operations import accounts
from recommendations.roles import Capability

ONCE = "It is shown now and never again: only its digest is kept. Pass it on by a way that nobody overhears."

LINK_ONCE = (
    "It is shown now and never again. It works once, for 24 hours. Pass it on by a way that nobody overhears."
)


def open_actions(user: User) -> list[Action]:
    """The open actions that name this person as responsible."""
    rows = Action.objects.open().filter(person=user).select_related("recommendation", "lead")
    return list(rows.order_by("pk"))


class AccountPages(ReadOnlyAdmin):
    """For the admin of accounts."""

    def pages(self) -> list[URLPattern]:
        return [
            route(self, "add/", self.add_account, "add"),
            route(self, "<int:pk>/role/", self.grant, "role"),
            route(self, "<int:pk>/role/<int:held>/end/", self.end, "end_role"),
            route(self, "<int:pk>/password/", self.password, "password"),
            route(self, "<int:pk>/password-link/", self.password_link, "password_link"),
            route(self, "<int:pk>/token/", self.token, "token"),
            route(self, "<int:pk>/tokens/revoke/", self.revoke, "revoke"),
            route(self, "<int:pk>/disable/", self.disable, "disable"),
            route(self, "<int:pk>/hand-over/", self.hand_over, "hand_over"),
            *super().pages(),
        ]

    def add_account(self, request: HttpRequest) -> HttpResponse:
        allow(may(request, Capability.MANAGE_ACCESS))

        def do(form: account_forms.AccountForm) -> HttpResponse:
            names = {name: form.cleaned_data[name] for name in ("username", "first_name", "last_name")}
            password = form.password_to_set
            made = accounts.create_account(
                **names, password=password, by=signed_in(request), at=timezone.now()
            )
            return self._once(request, made, "The account is made", "Password", password)

        return self._page(
            request,
            None,
            title="Add an account",
            button="Add the account",
            effect="The account opens nothing until it is given a role.",
            form=account_forms.AccountForm(posted(request)),
            do=do,
        )

    def grant(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def do(form: account_forms.RoleForm) -> str:
            held = accounts.grant_role(
                user=user, **form.cleaned_data, by=signed_in(request), at=timezone.now()
            )
            return f"{user} is {held.role} for {held.reach}."

        return self._page(
            request,
            user,
            title="Grant a role",
            button="Grant the role",
            effect="The role holds from now on. The record says who granted it.",
            form=account_forms.RoleForm(posted(request)),
            do=do,
        )

    def end(self, request: HttpRequest, pk: int, held: int) -> HttpResponse:
        user = self._account(request, pk)
        membership = user.memberships.select_related("user", "reach").filter(pk=held).first()
        if membership is None:
            raise Http404

        def do(form: Any) -> str:
            accounts.end_role(membership=membership, by=signed_in(request), at=timezone.now())
            return f"{user} is no longer {membership.role} for {membership.reach}."

        return self._confirmed(
            request,
            user,
            title=f"End the role of {membership.role} for {membership.reach}",
            button="End the role",
            effect="The role ends now. What was done in it stays on the record.",
            do=do,
        )

    def password(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def do(form: account_forms.SetPasswordForm) -> HttpResponse:
            password = form.password_to_set
            give = accounts.set_password
            give(user=user, password=password, by=signed_in(request), at=timezone.now())
            return self._once(request, user, "The password is set", "Password", password)

        return self._page(
            request,
            user,
            title="Set a password",
            button="Set the password",
            effect="Whoever is signed in with the old one is signed out.",
            form=account_forms.SetPasswordForm(posted(request)),
            do=do,
        )

    def password_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def do(form: Any) -> HttpResponse:
            token = accounts.give_password_link(user=user, by=signed_in(request), at=timezone.now())
            name = urlsafe_base64_encode(force_bytes(user.pk))
            link = request.build_absolute_uri(reverse("pages:password_set", args=[name, token]))
            return self._once(request, user, "The link is made", "Link", link, once=LINK_ONCE)

        return self._confirmed(
            request,
            user,
            title="Give a link to set a password",
            button="Make the link",
            effect="Whoever opens the link within 24 hours sets the password, once. Until then nobody signs"
            " in to this account, and whoever is signed in to it is signed out.",
            do=do,
        )

    def token(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def do(form: account_forms.TokenForm) -> HttpResponse:
            token = accounts.issue_token(
                user=user,
                label=form.cleaned_data["label"],
                may_write=form.cleaned_data["may_write"],
                lifetime=form.lifetime,
                by=signed_in(request),
                at=timezone.now(),
            )
            return self._once(request, user, "The token is issued", "Token", token)

        return self._page(
            request,
            user,
            title="Issue a token",
            button="Issue the token",
            effect="A tool that shows it may do what this person may, within the limits below.",
            form=account_forms.TokenForm(posted(request)),
            do=do,
        )

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def do(form: Any) -> str:
            accounts.revoke_tokens(user=user, by=signed_in(request), at=timezone.now())
            return f"No token of {user} is good any longer."

        return self._confirmed(
            request,
            user,
            title="Revoke all tokens",
            button="Revoke them",
            effect="Tools that use them stop working now. A revoked token is never good again.",
            do=do,
        )

    def disable(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def do(form: Any) -> str:
            accounts.disable_account(user=user, by=signed_in(request), at=timezone.now())
            return f"The account of {user} is closed."

        left = len(open_actions(user))
        return self._confirmed(
            request,
            user,
            title="Close the account",
            button="Close it for good",
            effect="Nobody signs in with it any more and its tokens stop working. What it wrote stays."
            + (f" {left} open actions name this person: hand them over first." if left else ""),
            do=do,
        )

    def hand_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._account(request, pk)

        def do(form: account_forms.HandOverForm) -> str:
            to = form.cleaned_data["to"]
            handed = accounts.hand_over(leaver=user, to=to, by=signed_in(request), at=timezone.now())
            return f"{len(handed)} open actions now name {to or 'nobody'}."

        return self._page(
            request,
            user,
            title="Hand over open actions",
            button="Hand them over",
            effect="Every open action of this person is changed and recorded by itself, all of them or none.",
            form=account_forms.HandOverForm(posted(request), leaver=user),
            do=do,
            stands_in="admin/stands/actions.html",
            stands_heading="Open actions",
            actions=open_actions(user),
        )

    def _account(self, request: HttpRequest, pk: int) -> Any:
        allow(may(request, Capability.MANAGE_ACCESS))
        return self.row(request, pk)

    def _page(self, request: HttpRequest, user: User | None, **page: Any) -> HttpResponse:
        return carry_out(self, request, row=user, **page)

    def _confirmed(
        self, request: HttpRequest, user: User, *, do: Callable[..., Any], **page: Any
    ) -> HttpResponse:
        return self._page(request, user, form=Confirm(posted(request)), do=do, **page)

    def _once(
        self, request: HttpRequest, user: User, title: str, name: str, secret: str, *, once: str = ONCE
    ) -> HttpResponse:
        return show(
            self,
            request,
            row=user,
            title=title,
            template="admin/once.html",
            name=name,
            secret=secret,
            once=once,
        )
