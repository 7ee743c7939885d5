"""“My work” with links to the pages of the admin."""

from datetime import date

from django.urls import reverse

from recommendations.admin.base import Context
from recommendations.models import Membership, User
from recommendations.read_models.work_queue import OPEN, REVIEW, VERDICT, WorkItem, my_work


def my_work_context(user: User, *, on: date) -> Context:
    """`numbers`: names and counts; `parts`: each part of the queue with its items and their URLs."""
    held = Membership.objects.current().filter(user=user.pk).values_list("role", flat=True)
    work = my_work(user, held=set(held), on=on)
    return {
        "numbers": work.numbers,
        "parts": [(part, [(item, _item_url(item)) for item in part.items]) for part in work.parts],
    }


def _item_url(item: WorkItem) -> str:
    prefix = f"admin:recommendations_{item.subject._meta.model_name}"
    if item.next in (VERDICT, REVIEW):
        return reverse(f"{prefix}_{item.next}", args=[item.subject.pk])
    if item.next == OPEN:
        return reverse(f"{prefix}_change", args=[item.subject.pk])
    return reverse(f"{prefix}_step", args=[item.subject.pk, item.next])
