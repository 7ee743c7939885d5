"""Where people sign in and out, set their password, and read how accessible the service is."""

from collections.abc import Callable

from django.contrib.auth.views import LogoutView
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.generic import TemplateView

from recommendations.pages.views import account
from recommendations.pages.views.accessibility import Accessibility


def _said(template: str, title: str) -> Callable[..., HttpResponseBase]:
    """A page with a fixed text."""
    return TemplateView.as_view(template_name=template, extra_context={"title": title})


urlpatterns = [
    path("sign-in/", account.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("signed-out/", _said("pages/signed_out.html", "You have signed out"), name="signed_out"),
    path("password/change/", account.PasswordChange.as_view(), name="password_change"),
    path("password/changed/", account.PasswordChanged.as_view(), name="password_change_done"),
    path(
        "password/set/",
        _said("pages/password_set_done.html", "Your password is set"),
        name="password_set_done",
    ),
    path("password/set/<uidb64>/<token>/", account.PasswordSet.as_view(), name="password_set"),
    path("accessibility/", Accessibility.as_view(), name="accessibility"),
]
