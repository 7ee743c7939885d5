"""Changing one's own password: by the operation, so that nothing skips the record."""

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.utils import timezone

from recommendations.admin.forms import tell
from recommendations.errors import DomainError
from recommendations.models import User
from recommendations.operations.accounts import set_password


class OwnPasswordForm(PasswordChangeForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                with transaction.atomic():
                    self._change()
                    transaction.set_rollback(True)
            except DomainError as refusal:
                tell(self, refusal)
        return cleaned

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  Django's own signature.
        # The session stays open: it is bound to the password of this object.
        self.user.password = self._change().password
        return self.user

    def _change(self) -> User:
        user = User.objects.get(pk=self.user.pk)
        set_password(user=user, password=self.cleaned_data["new_password1"], by=user, at=timezone.now())
        return user
