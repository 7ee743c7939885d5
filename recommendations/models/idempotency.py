"""The first answer to a request that may be sent again."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """The caller's key for one POST, the digest of the request and its first answer. Kept for a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_is_used_once")]
        indexes = [models.Index(fields=["made_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
