"""Response headers that make a browser save a file and never open it as a page of this site."""

from django.utils.http import content_disposition_header

from recommendations.storage.kinds import ALLOWED
from recommendations.storage.names import clean_name

# Text is served as bytes: we do not store its encoding, and a guess could garble it or make it markup.
# So is a file of a media type that we do not accept.
_SERVED_AS_STORED = {kind.media_type for kind in ALLOWED.values() if not kind.media_type.startswith("text/")}


def download_headers(name: str, media_type: str) -> dict[str, str]:
    """Return the headers of a download of `name` (RFC 6266)."""
    return {
        "Content-Type": media_type if media_type in _SERVED_AS_STORED else "application/octet-stream",
        "Content-Disposition": content_disposition_header(True, clean_name(name)) or "attachment",  # noqa: FBT003
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
