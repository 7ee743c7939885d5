"""Attaching what shows that something happened."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from recommendations.access import require
from recommendations.models import Action, Evidence, Recommendation, Rung, User
from recommendations.operations.draft import Draft
from recommendations.operations.updates import belongs
from recommendations.roles import Capability


@transaction.atomic
def attach_link(
    *,
    recommendation: Recommendation,
    title: str,
    url: str,
    kind: str,
    represents: date,
    declared_no_personal_data: bool,
    expires: date | None = None,
    action: Action | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    """Attach a link as evidence; its verdict is pending.

    Raises NotPermitted unless `by` works for the owner (or the action's lead), Invalid with every
    problem: no declaration, a day to come, an expiry before the day it represents, no web address.
    """
    today = timezone.localdate(at)
    require(by, Capability.ATTACH_EVIDENCE, action or recommendation, on=today)
    draft = Draft(Evidence)
    draft.text("title", title)
    draft.address("url", url)
    draft.choice("kind", kind, Rung)
    draft.values |= {"represents": represents, "expires": expires}
    if represents > today:
        draft.refuse("represents", "This day is still to come. Give the day that the evidence shows.")
    if expires and expires < represents:
        draft.refuse("expires", "Evidence cannot expire before the day that it represents.")
    if not declared_no_personal_data:
        draft.refuse(
            "declared_no_personal_data",
            "Declare that the evidence holds no personal data of people on probation. If it does,"
            " take them out first.",
        )
    belongs(draft, action=action, recommendation=recommendation)
    return Evidence.objects.create(
        **draft.checked(),
        declared_no_personal_data=True,
        recommendation=recommendation,
        action=action,
        attached_by=by,
        attached_at=at,
    )
