"""How a file leaves: as a download that no browser opens in our name."""

from django.utils.http import content_disposition_header

from recommendations.storage.kinds import ALLOWED
from recommendations.storage.names import clean_name

# The encoding of a text is not kept and a guess could garble it, or let a browser read markup into it.
# As bytes it is saved just as it came; so is whatever has a media type that we do not accept.
_SERVED_AS_THEY_ARE = {
    kind.media_type for kind in ALLOWED.values() if not kind.media_type.startswith("text/")
}


def download_headers(name: str, media_type: str) -> dict[str, str]:
    """Headers that make a response a download of `name` (RFC 6266), never a page of this site."""
    return {
        "Content-Type": media_type if media_type in _SERVED_AS_THEY_ARE else "application/octet-stream",
        "Content-Disposition": content_disposition_header(True, clean_name(name)) or "attachment",  # noqa: FBT003
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
