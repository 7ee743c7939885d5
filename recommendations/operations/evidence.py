"""Attaches evidence and records verdicts on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from recommendations import storage
from recommendations.access import is_same_organisation, require
from recommendations.errors import Invalid
from recommendations.models import Action, Evidence, EvidenceLevel, Recommendation, User, Verdict
from recommendations.operations.conditions import ANOTHER_ORGANISATION
from recommendations.operations.record import recording
from recommendations.operations.updates import belongs
from recommendations.operations.validation import Draft, clean
from recommendations.roles import Capability


@dataclass
class Upload:
    """An uploaded file: its name, and its bytes in chunks."""

    name: str
    chunks: Iterable[bytes]
    _received: storage.Received | None = None

    def receive(self) -> storage.Received:
        """Store the bytes, once. A view with a transaction of its own calls this before it begins.

        Raises Invalid where the file is too large or of a kind that is not taken.
        """
        if self._received is None:
            self._received = storage.receive(self.chunks, name=self.name)
        return self._received

    def discard(self) -> None:
        """Remove the stored bytes, because no evidence refers to them."""
        if self._received is not None:
            storage.remove(self._received.key)
            self._received = None


def attach_evidence(
    *,
    recommendation: Recommendation,
    title: str,
    level: str,
    represents: date,
    declared_no_personal_data: bool,
    url: str = "",
    document_reference: str = "",
    file: Upload | None = None,
    expires: date | None = None,
    action: Action | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    """Attach a file, a link or the reference of a document as evidence; its verdict is pending.

    Raises NotPermitted unless `by` works for the owner (or the action's lead), Invalid with every
    problem: not exactly one of the three, no declaration, a day to come, an expiry before the day it
    represents, no web address, a file that is too large or of a kind that is not taken.
    """
    require(by, Capability.ATTACH_EVIDENCE, action or recommendation, on=timezone.localdate(at))
    draft = _drafted(title, level, represents, expires, at)
    _one_thing(draft, url=url, document_reference=document_reference, file=file)
    if not declared_no_personal_data:
        draft.refuse(
            "declared_no_personal_data",
            "Declare that the evidence holds no personal data of people on probation. If it does,"
            " take them out first.",
        )
    belongs(draft, action=action, recommendation=recommendation)
    try:
        # Received before the record is locked: others need not wait for a slow connection.
        received = _received(draft, file)
        values = draft.checked()
        with recording(
            "attach", by=by, at=at, needs=(Capability.ATTACH_EVIDENCE, action or recommendation)
        ) as change:
            return change.add(
                Evidence(
                    **values,
                    **(_of_the_file(received) if received else {}),
                    declared_no_personal_data=True,
                    recommendation=recommendation,
                    action=action,
                    attached_by=by,
                    attached_at=change.at,
                )
            )
    except BaseException:
        if file:
            file.discard()
        raise


def judge_evidence(
    *, evidence: Evidence, version: int, verdict: str, reason: str, by: User, at: datetime
) -> Evidence:
    """Accept or reject a piece of evidence that was read at `version`, with the reason.

    Raises NotPermitted unless `by` assures the recommendation, Invalid with every problem (no reason, a
    verdict on their own or their organisation's evidence), StaleVersion if another write came first.
    """
    with recording("judge evidence", by=by, at=at, reason=clean(reason)[0]) as change:
        current = Evidence.objects.select_related("recommendation__owner", "action").get(pk=evidence.pk)
        change.acting = require(by, Capability.ASSURE, current.recommendation, on=change.day)
        draft = Draft(Evidence)
        draft.choice("verdict", verdict, Verdict)
        if verdict == Verdict.PENDING:
            draft.refuse("verdict", "A verdict is accepted or rejected.")
        draft.text("verdict_reason", reason)
        draft.problems = {
            ("reason" if name == "verdict_reason" else name): found for name, found in draft.problems.items()
        }
        if current.attached_by == by:
            draft.refuse("another_person", "You attached this evidence: another person judges it.")
        if is_same_organisation(by, current.action or current.recommendation):
            draft.refuse(
                "another_organisation", ANOTHER_ORGANISATION.format(owner=current.recommendation.owner)
            )
        if current.redacted_at:
            draft.refuse("verdict", "This evidence was redacted: there is nothing left to judge.")
        return change.update(current, version=version, **draft.checked(), judged_by=by, judged_at=change.at)


def _drafted(title: str, level: str, represents: date, expires: date | None, at: datetime) -> Draft:
    draft = Draft(Evidence)
    draft.text("title", title)
    draft.choice("level", level, EvidenceLevel)
    today = timezone.localdate(at)
    draft.past_day("represents", represents, today, "Give the day that the evidence shows.")
    draft.values["expires"] = expires
    if expires and expires < represents:
        draft.refuse("expires", "Evidence cannot expire before the day that it represents.")
    return draft


def _received(draft: Draft, file: Upload | None) -> storage.Received | None:
    try:
        return file.receive() if file else None
    except Invalid as refusal:
        draft.problems |= refusal.problems
        return None


def _one_thing(draft: Draft, *, url: str, document_reference: str, file: Upload | None) -> None:
    url, document_reference = clean(url)[0], clean(document_reference)[0]
    given = [name for name, value in (("url", url), ("document_reference", document_reference)) if value]
    given += ["file"] if file else []
    if len(given) != 1:
        draft.refuse("file", "Give one of the three: a file, a link, or the reference of a document.")
    if url:
        draft.address("url", url)
    draft.text("document_reference", document_reference, required=False)


def _of_the_file(received: storage.Received) -> dict[str, object]:
    return {
        "file_key": received.key,
        "file_name": received.name,
        "media_type": received.media_type,
        "size": received.size,
        "sha256": received.sha256,
    }
