"""Recognises office files, which are ZIP archives, and refuses archives that unpack to too much."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from recommendations.errors import Refused
from recommendations.storage.kinds import ALLOWED, FileKind

MOST_MEMBERS = 1_000
LARGEST_UNPACKED = 100 * 1024 * 1024
HIGHEST_RATIO = 100

# Each entry of the archive's directory begins with this. Counting it in the raw bytes bounds the memory
# that reading the directory takes. The limit is generous: archives inside the archive add entries.
_DIRECTORY_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 10 * MOST_MEMBERS

_CONTENT_TYPES = "[Content_Types].xml"
_LARGEST_CONTENT_TYPES = 1 << 20
_ENCRYPTED = 0x1
# Errors that zipfile raises for inconsistent archives; OSError is a seek to before the beginning.
_UNREADABLE = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    struct.error,
    ValueError,
)

# The main part of an Office Open XML package (ECMA-376 part 1, sections 11.3.10, 12.3.23 and 13.3.6).
_MAIN = {f"{ALLOWED[code].media_type}.main+xml": ALLOWED[code] for code in ("docx", "xlsx", "pptx")}
# OpenDocument 1.3 part 2, section 3.3: the member `mimetype`.
_ODF = {ALLOWED[code].media_type: ALLOWED[code] for code in ("odt", "ods", "odp")}

TOO_MANY = (
    f"The file packs more than {MOST_MEMBERS:,} files, the most that is accepted."
    " Split it, or save it as a PDF."
)
CORRUPT = "The file is damaged and cannot be unpacked. Open it, save it again, and attach the new copy."
MACROS = "Files that can hold macros are not accepted. Save it as DOCX, XLSX or PPTX, without macros."
TEMPLATE = "Templates and slide shows are not accepted. Save it as an ordinary document."
UNKNOWN = (
    "The content is a packed file, but no Office or OpenDocument file of an accepted kind."
    " Unpack it and attach the files one by one."
)


def kind_inside(file: BinaryIO) -> FileKind:
    """Return the kind of office file that the archive is.

    Raises Refused if it is corrupt, too large, locked, has macros, is a template, or is no office file.
    """
    with _archive(file) as archive:
        if problems := list(_exceeded_limits(archive, size=file.seek(0, 2))):
            raise Refused(problems)
        members = set(archive.namelist())
        # With both, one reader would open it as OpenDocument and another as Open XML.
        if ("mimetype" in members) == (_CONTENT_TYPES in members):
            raise Refused([UNKNOWN])
        return _opendocument(archive) if "mimetype" in members else _open_xml(archive)


def is_whole(file: BinaryIO, kind: FileKind) -> list[str]:
    """Return a sentence if a member of an office file does not match its checksum.

    Unpacks everything piece by piece; `kind_inside` has checked its size.
    """
    if kind not in {*_MAIN.values(), *_ODF.values()}:
        return []
    try:
        with _archive(file) as archive:
            return [] if archive.testzip() is None else [CORRUPT]
    except Refused as refusal:
        return refusal.problems


@contextmanager
def _archive(file: BinaryIO) -> Iterator[ZipFile]:
    if _count(file, _DIRECTORY_ENTRY) > _MOST_ENTRIES:
        raise Refused([TOO_MANY])
    try:
        with ZipFile(file) as archive:
            yield archive
    except _UNREADABLE as unreadable:
        raise Refused([CORRUPT]) from unreadable


def _count(file: BinaryIO, signature: bytes) -> int:
    file.seek(0)
    found, end = 0, b""
    while read := file.read(1 << 16):
        found += (end + read).count(signature)
        end = read[1 - len(signature) :]
    return found


def _exceeded_limits(archive: ZipFile, *, size: int) -> Iterator[str]:
    """Yield a sentence for each limit that the archive's directory exceeds; `size` is in bytes."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        yield TOO_MANY
    if unpacked > LARGEST_UNPACKED:
        yield (
            f"Unpacked, the file would be larger than {LARGEST_UNPACKED >> 20} MB, the most that is accepted."
            " Split it, or save it as a PDF."
        )
    if unpacked > HIGHEST_RATIO * size:
        yield (
            f"Unpacked, the file would be more than {HIGHEST_RATIO} times as large, which is not accepted."
            " Save it as a PDF."
        )
    if any(member.flag_bits & _ENCRYPTED for member in members):
        yield "The file is locked by a password. Save it without one."
    # Office files use no other compression, and some of the others need gigabytes to unpack a byte.
    if any(member.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for member in members):
        yield "The file is compressed in a way that office files are not. Open it, and save it again."


def _opendocument(archive: ZipFile) -> FileKind:
    with archive.open("mimetype") as member:
        media_type = member.read(200).decode("ascii", "replace").strip()
    if media_type.endswith("-template"):
        raise Refused([TEMPLATE])
    if media_type not in _ODF:
        raise Refused([UNKNOWN])
    return _ODF[media_type]


def _open_xml(archive: ZipFile) -> FileKind:
    types = _content_types(archive)
    if any("macroenabled" in named or "vbaproject" in named for named in types):
        raise Refused([MACROS])
    if any(named.endswith((".template.main+xml", ".slideshow.main+xml")) for named in types):
        raise Refused([TEMPLATE])
    main = [kind for named, kind in _MAIN.items() if named in types]
    if len(main) != 1:
        raise Refused([UNKNOWN])
    return main[0]


def _content_types(archive: ZipFile) -> set[str]:
    """Return the content types that the package names for its parts, in lower case."""
    if archive.getinfo(_CONTENT_TYPES).file_size > _LARGEST_CONTENT_TYPES:
        raise Refused([UNKNOWN])
    named: set[str] = set()

    def element(_name: str, attributes: dict[str, str]) -> None:
        named.add(attributes.get("ContentType", "").lower())

    def doctype(*_: object) -> None:
        # A document type could define entities that expand. ECMA-376 part 2 forbids it.
        raise Refused([UNKNOWN])

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(archive.read(_CONTENT_TYPES), True)  # noqa: FBT003  expat takes it by position alone.
    except (expat.ExpatError, LookupError) as error:
        raise Refused([CORRUPT]) from error
    return named
