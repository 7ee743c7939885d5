"""Removing bytes that no evidence speaks of: uploads that broke off, and what a redaction took out."""

from datetime import datetime, timedelta

from recommendations import storage
from recommendations.models import Evidence

# An upload that is being recorded just now is not known yet.
IN_FLIGHT = timedelta(hours=1)


def sweep_evidence(*, at: datetime, dry_run: bool = False) -> list[str]:
    """Remove every stored file that no evidence names and that is over an hour old; returns their keys."""
    known = set(Evidence.objects.exclude(file_key="").values_list("file_key", flat=True))
    strays = list(storage.orphans(known, before=at - IN_FLIGHT))
    for key in strays if not dry_run else ():
        storage.remove(key)
    return strays
