"""The forms of the account pages."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from recommendations.forms.base import PageForm
from recommendations.forms.fields import PersonField
from recommendations.models import Organisation, User
from recommendations.models.account import SYSTEM
from recommendations.roles import CHOICES

LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Never expires")]


def people() -> QuerySet[User]:
    """Active accounts of people."""
    return User.objects.filter(is_active=True).exclude(username=SYSTEM).order_by("username")


class PasswordForm(PageForm):
    """Asks for a password, and makes one up if it is left empty."""

    password = forms.CharField(
        required=False,
        label="Password",
        help_text="At least 8 characters. If it is empty, the next page shows a random one",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    @property
    def password_to_set(self) -> str:
        typed = self.cleaned_data["password"]
        if not typed and not hasattr(self, "made_up"):
            self.made_up = secrets.token_urlsafe(12)
        return typed or self.made_up


class AccountForm(PasswordForm):
    username = forms.CharField(help_text="Unaccented letters, digits and @ . + - _ only")
    first_name = forms.CharField(required=False)
    last_name = forms.CharField(required=False)
    field_order = ["username", "first_name", "last_name", "password"]


class RoleForm(PageForm):
    role = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    home = forms.ModelChoiceField(Organisation.objects.all(), label="Works for", empty_label="Choose one")
    reach = forms.ModelChoiceField(
        Organisation.objects.all(),
        label="Covers",
        help_text="This organisation and all below it. Inspectors and administrators cover everything",
        empty_label="Choose one",
    )


class TokenForm(PageForm):
    label = forms.CharField(help_text="Which tool will use it, for example “Power BI report”")
    may_write = forms.BooleanField(required=False, label="It may also write")
    days = forms.ChoiceField(choices=LIFETIMES, required=False, label="Valid for")

    @property
    def lifetime(self) -> timedelta | None:
        days = self.cleaned_data["days"]
        return timedelta(days=int(days)) if days else None


class HandOverForm(PageForm):
    to = PersonField(
        User.objects.none(),
        required=False,
        label="Who takes them over",
        empty_label="Nobody is named for now",
    )

    def __init__(self, data: Mapping[str, Any] | None, *, leaver: User) -> None:
        super().__init__(data)
        self.fields["to"].queryset = people().exclude(pk=leaver.pk)  # type: ignore[attr-defined]
