"""How many requests a caller may still make: one narrow row that all workers share."""

from typing import Any

from django.db import models


class Allowance(models.Model):
    """What workers have taken for a caller, of one kind of request, since the window began.

    A worker leases some at a time and counts them down in memory, so that a read costs no write.
    """

    caller = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    began_at = models.DateTimeField()
    taken = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "kind"], name="allowance_is_one")]

    def __str__(self) -> Any:
        return f"{self.caller}: {self.taken} {self.kind}"
