"""Forms for signing in and for the user's own password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from recommendations.forms.base import PageForm, ask_for_what_is_missing


class SignInForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "The username or the password is not right. Check both: capital letters matter.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who hears the page read would else begin in the middle of it.
        self.fields["username"].widget.attrs.pop("autofocus")
        ask_for_what_is_missing(self.fields)

    def get_invalid_login_error(self) -> ValidationError:
        # Beside a field, so that the summary of errors leads there.
        return ValidationError({"username": self.error_messages["invalid_login"]})


class NewPasswordForm(PageForm):
    """Whether a password will do is for the operation to say; here, that it was typed as it was meant."""

    password = forms.CharField(
        label="New password",
        help_text="At least 8 characters. Three words that have nothing to do with each other are easy to"
        " remember and hard to guess",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label="New password again",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", "This is not the same as the new password above")
        return given


class OwnPasswordForm(NewPasswordForm):
    current = forms.CharField(
        label="Current password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    field_order = ["current", "password", "again"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_current(self) -> str:
        if not self.user.check_password(self.cleaned_data["current"]):
            raise ValidationError("This is not your current password. Capital letters matter")
        return self.cleaned_data["current"]
