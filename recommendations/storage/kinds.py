"""The kinds of file that are accepted as evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its code, media type, extensions (lower case, no dot) and words for people."""

    code: str
    media_type: str
    extensions: tuple[str, ...]
    words: str


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

_KINDS = (
    FileKind("pdf", "application/pdf", ("pdf",), "a PDF document"),
    FileKind("docx", f"{_OOXML}wordprocessingml.document", ("docx",), "a Word document"),
    FileKind("xlsx", f"{_OOXML}spreadsheetml.sheet", ("xlsx",), "an Excel workbook"),
    FileKind("pptx", f"{_OOXML}presentationml.presentation", ("pptx",), "a PowerPoint presentation"),
    FileKind("odt", f"{_ODF}text", ("odt",), "an OpenDocument text"),
    FileKind("ods", f"{_ODF}spreadsheet", ("ods",), "an OpenDocument spreadsheet"),
    FileKind("odp", f"{_ODF}presentation", ("odp",), "an OpenDocument presentation"),
    FileKind("csv", "text/csv", ("csv",), "a CSV table"),
    FileKind("txt", "text/plain", ("txt",), "plain text"),
    FileKind("png", "image/png", ("png",), "a PNG picture"),
    FileKind("jpg", "image/jpeg", ("jpg", "jpeg"), "a JPEG picture"),
)

ALLOWED: Mapping[str, FileKind] = MappingProxyType({kind.code: kind for kind in _KINDS})

_CODES = [code.upper() for code in ALLOWED]
ACCEPTED = f"Accepted are {', '.join(_CODES[:-1])} and {_CODES[-1]}."


def kind_of_extension(extension: str) -> FileKind | None:
    """Return the kind with this extension (any case, no dot), or None."""
    return next((kind for kind in _KINDS if extension.lower() in kind.extensions), None)
