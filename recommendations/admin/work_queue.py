"""My work, with the addresses of the staff screens."""

from datetime import date
from typing import Any

from django.urls import reverse

from recommendations.models import Membership
from recommendations.read_models.work_queue import OPEN, REVIEW, VERDICT, WorkItem, my_work


def index_of(user: Any, *, on: date) -> dict[str, Any]:
    """What the index shows: `numbers`, pairs of words and count, and `parts`, whose items have an address."""
    held = Membership.objects.current().filter(user=user.pk).values_list("role", flat=True)
    work = my_work(user, held=set(held), on=on)
    return {
        "numbers": work.numbers,
        "parts": [(part, [(item, _address(item)) for item in part.items]) for part in work.parts],
    }


def _address(item: WorkItem) -> str:
    noun = f"admin:recommendations_{item.subject._meta.model_name}"
    if item.next in (VERDICT, REVIEW):
        return reverse(f"{noun}_{item.next}", args=[item.subject.pk])
    if item.next == OPEN:
        return reverse(f"{noun}_change", args=[item.subject.pk])
    return reverse(f"{noun}_step", args=[item.subject.pk, item.next])
