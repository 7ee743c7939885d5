"""The name that a person gave a file: kept to be shown and to name the download, never a path."""

import re
import unicodedata

LONGEST_NAME = 150

# Marks that turn the direction of writing: they can make "fdp.exe" read as "exe.pdf".
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def clean_name(name: str) -> str:
    """The last component of `name`, composed (NFC), without control or bidirectional characters, and
    at most 150 characters long: what is too long loses the end of its stem and keeps its extension.
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
    """What follows the last dot of a clean name; empty where no stem stands before it."""
    stem, _, extension = name.rpartition(".")
    return extension if stem.strip() else ""
