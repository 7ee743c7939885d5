"""Sign-in, sign-out, and the user's own password."""

from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, LoginView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from recommendations.access import holds
from recommendations.errors import DomainError
from recommendations.forms.base import tell
from recommendations.models import User
from recommendations.operations.accounts import set_password
from recommendations.operations.password_links import PasswordLinks
from recommendations.pages.account_forms import NewPasswordForm, OwnPasswordForm, SignInForm
from recommendations.pages.govuk_forms import with_govuk_classes
from recommendations.pages.views.base import Context, Page
from recommendations.roles import Capability
from recommendations.wording.dates import person


class SignIn(LoginView):
    """Sign-in for the pages and the staff area; `next` is the page to go to afterwards."""

    form_class = SignInForm
    template_name = "pages/sign_in.html"

    def get_form(self, form_class: Any = None) -> AuthenticationForm:
        return with_govuk_classes(super().get_form(form_class))

    def get_context_data(self, **kwargs: Any) -> Context:
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "title": "Sign in",
            "contact": settings.SERVICE_CONTACT,
            "already": person(user) if user.is_authenticated else "",
            "has_role": user.is_authenticated and holds(user, Capability.READ),
        }


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PasswordChange(Page):
    template_name = "pages/password_change.html"
    title = "Change your password"

    def context(self, **kwargs: object) -> Context:
        return {"form": kwargs.get("form") or with_govuk_classes(OwnPasswordForm(user=self.user))}

    def post(self, request: HttpRequest) -> HttpResponse:
        form = with_govuk_classes(OwnPasswordForm(request.POST, user=self.user))
        # The operation writes rows, and the request's user only stands for one.
        user = User.objects.get(pk=self.user.pk)
        if form.is_valid() and _is_set(form, user):
            # This session stays open: it is bound to the new password.
            update_session_auth_hash(request, user)
            return redirect("pages:password_change_done")
        return self.shown(form=form)


class PasswordChanged(Page):
    template_name = "pages/password_change_done.html"
    title = "Your password was changed"


class PasswordSet(PasswordResetConfirmView):
    """The page of a link that an administrator gave; it removes the token from the address."""

    form_class: Any = NewPasswordForm
    template_name = "pages/password_set.html"
    user: Any

    @property
    def token_generator(self) -> PasswordLinks:
        return PasswordLinks(timezone.now())

    def get_form(self, form_class: Any = None) -> Any:
        return with_govuk_classes(
            self.form_class(self.request.POST if self.request.method == "POST" else None)
        )

    def get_context_data(self, **kwargs: Any) -> Context:
        title = "Set your password" if self.validlink else "This link is no longer good"
        shown = {"title": title, "whose": self.user, "contact": settings.SERVICE_CONTACT}
        return super().get_context_data(**kwargs) | shown

    def form_valid(self, form: Any) -> HttpResponse:
        link = self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        if not _is_set(form, self.user, link=link):
            return self.form_invalid(form)
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        return HttpResponseRedirect(reverse("pages:password_set_done"))


def _is_set(form: NewPasswordForm, user: User, *, link: str | None = None) -> bool:
    """Set the new password; if it is refused, the form says why."""
    password = form.cleaned_data["password"]
    try:
        set_password(user=user, password=password, by=user, at=timezone.now(), link=link)
    except DomainError as refusal:
        tell(form, refusal)
        return False
    return True
