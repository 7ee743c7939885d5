"""Makes the short public reference of a report from the inspected body and the year."""

import re
import unicodedata

_LEFT_OUT = re.compile(r"\b(and|of|the|pdu|probation delivery unit)\b", re.IGNORECASE)
WELL_FORMED = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def reference_for(body: str, year: int) -> str | None:
    """`BSG-2023` for "Bristol and South Gloucestershire PDU" and 2023.

    Capital initials, without and / of / the / PDU; None if no initial is left.
    """
    plain = unicodedata.normalize("NFKD", _LEFT_OUT.sub(" ", body))
    initials = re.findall(r"(?<![A-Za-z])[A-Z]", plain)
    return f"{''.join(initials)}-{year}" if initials else None
