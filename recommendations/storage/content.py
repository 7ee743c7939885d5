"""Recognises a file by its content, and trusts neither its name nor the declared media type."""

from collections.abc import Callable
from typing import BinaryIO

import filetype

from recommendations.errors import Refused
from recommendations.storage.kinds import ACCEPTED, ALLOWED, FileKind
from recommendations.storage.packed import is_whole, kind_inside
from recommendations.storage.plain_text import is_text

# PDF readers look for the signature this far (ISO 32000-1, Adobe's implementation note 13).
_PDF_SEARCHED = 1024
_HEAD = 8192

_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = {ALLOWED[code].media_type: ALLOWED[code] for code in ("png", "jpg")}

# Further checks of a recognised file, in order. Each returns a sentence for each problem.
CHECKS: tuple[Callable[[BinaryIO, FileKind], list[str]], ...] = (is_whole,)


def recognise(file: BinaryIO) -> tuple[FileKind, ...]:
    """Return the kinds that the content can be: one, or CSV and plain text, which differ only in their name.

    Raises Refused for a kind that is not accepted.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_PDF):
        return (ALLOWED["pdf"],)
    if head.startswith(_ZIP):
        return (kind_inside(file),)
    if picture := _PICTURES.get(filetype.guess_mime(head)):
        return (picture,)
    if head.startswith(_COMPOUND_FILE):
        raise Refused(
            [
                "The content is an Office file from before 2007 (DOC, XLS, PPT) or is locked by a password."
                " Save it as DOCX, XLSX or PPTX, without a password."
            ]
        )
    if _PDF in head[: _PDF_SEARCHED + len(_PDF)]:
        raise Refused(["This PDF has other content before its start. Open it, and save it again as a PDF."])
    if is_text(file):
        return (ALLOWED["csv"], ALLOWED["txt"])
    raise Refused([f"This kind of file is not accepted. {ACCEPTED}"])
