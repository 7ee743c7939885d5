"""Cleans the name of an uploaded file, which is shown and names the download. It is never a path."""

import re
import unicodedata

LONGEST_NAME = 150

# Marks that change the direction of text: they can make "fdp.exe" look like "exe.pdf".
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def clean_name(name: str) -> str:
    """Return the last component of `name` in NFC, without control or bidirectional characters.

    A name of more than 150 characters loses the end of its stem and keeps its extension.
    """
    kept = (c for c in name if c not in _BIDI and unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"})
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", "".join(kept)))[-1]
    last = last.strip().rstrip(". ")
    if len(last) <= LONGEST_NAME:
        return last
    extension = extension_of(last)
    ending = f".{extension}" if extension and len(extension) < LONGEST_NAME - 1 else ""
    return (last[: LONGEST_NAME - len(ending)] + ending).rstrip(". ")


def extension_of(name: str) -> str:
    """Return the part after the last dot of a clean name, or "" if the name begins with that dot."""
    stem, _, extension = name.rpartition(".")
    return extension if stem.strip() else ""
