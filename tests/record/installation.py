"""Fill a new database with the rows of a dump, and write the dump's manifest.

`python -m tests.record.installation MANIFEST` runs in a process of its own, over the database that
DATABASE_URL and TRACKER_VAR name. `tests.record.dump` starts it.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

# Words of one update that is kept, and of what is redacted.
KEPT = "Twelve of fourteen practitioners have practised the new form."
REDACTED = ("Jonathan Pettigrew of 4 Quarry Lane", "Letter about Jonathan Pettigrew")


def main(manifest: Path) -> None:
    """Tell the story, add what it lacks, sign a checkpoint, and write the manifest."""
    django.setup()
    call_command("quickstart", "--story", "--no-serve", stdout=sys.stderr)
    access = json.loads((settings.VAR_DIR / "access.json").read_text("utf-8"))
    _add_what_the_story_lacks(timezone.now())
    call_command("verify_events", stdout=sys.stderr)
    tokens = {"active": access["inspector"]["token"], "revoked": access["contributor"]["token"]}
    manifest.write_text(json.dumps({**_contents(), "tokens": tokens}, indent=2) + "\n", "utf-8")


def _add_what_the_story_lacks(at: datetime) -> None:
    """Record a link, a file, two redactions, and the revocation of a token."""
    from recommendations.models import LinkKind, Recommendation, User
    from recommendations.operations.accounts import revoke_tokens
    from recommendations.operations.evidence import Upload, attach_evidence
    from recommendations.operations.ownership import link_recommendations
    from recommendations.operations.redaction import redact
    from recommendations.operations.updates import record_update

    first, second = Recommendation.objects.filter(number__in=(1, 3)).order_by("number")
    person = {user.username: user for user in User.objects.all()}
    work: dict[str, Any] = {"recommendation": second, "by": person["contributor"], "at": at}
    evidence = {"level": "output", "represents": timezone.localdate(at), "declared_no_personal_data": True}
    record_update(text=KEPT, **work)
    attach_evidence(title="Notes", file=Upload("notes.txt", [b"Notes of a meeting.\n"]), **evidence, **work)
    update = record_update(text=f"{REDACTED[0]} was seen.", **work)
    letter = attach_evidence(title=REDACTED[1], url="https://example.org/letter", **evidence, **work)
    for row in (update, letter):
        redact(row=row, reason="It names a person on probation.", by=person["administrator"], at=at)
    link_recommendations(
        source=second,
        target=first,
        kind=LinkKind.REPEATS,
        reason="The same weakness was found again.",
        by=person["inspector"],
        at=at,
    )
    revoke_tokens(user=person["contributor"], by=person["administrator"], at=at)


def _contents() -> dict[str, Any]:
    """Return the end of the record, the counts of checkpoints and rows, and the words to look for."""
    from recommendations.models import RecordHead
    from recommendations.models.stored_names import noun
    from recommendations.operations.replay import tracked
    from recommendations.record.checkpoint import Checkpoints

    head = RecordHead.objects.get(pk=1)
    return {
        "events": head.sequence,
        "hash": head.hash,
        "checkpoints": len(list(Checkpoints(settings.CHECKPOINTS_DIR).read())),
        "rows": {noun(model): model._default_manager.count() for model in tracked()},
        "kept": KEPT,
        "redacted": REDACTED,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
