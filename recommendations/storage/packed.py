"""Office files are ZIP archives: which kind lies inside, read within bounds that no bomb can pass."""

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

# Every name that a reader could build in memory begins with this, so counting it in the raw bytes bounds
# the directory before it is read. Generous, as files packed inside bring entries of their own.
_DIRECTORY_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 10 * MOST_MEMBERS

_CONTENT_TYPES = "[Content_Types].xml"
_LARGEST_CONTENT_TYPES = 1 << 20
_ENCRYPTED = 0x1
# What zipfile lets out when the archive lies about itself; OSError is a seek to before its beginning.
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
    """Which office file the archive is, by what is inside. Raises Refused: corrupt, beyond the bounds,
    locked by a password, macro-enabled, a template, or no office file."""
    with _archive(file) as archive:
        if problems := list(_beyond_bounds(archive, size=file.seek(0, 2))):
            raise Refused(problems)
        members = set(archive.namelist())
        # A file that says it is both would be another thing to another reader.
        if ("mimetype" in members) == (_CONTENT_TYPES in members):
            raise Refused([UNKNOWN])
        return _opendocument(archive) if "mimetype" in members else _open_xml(archive)


def is_whole(file: BinaryIO, kind: FileKind) -> list[str]:
    """A sentence where a member of an office file does not unpack to what its checksum says.

    Unpacks everything, a piece at a time, within the bounds that `kind_inside` has checked.
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


def _count(file: BinaryIO, sign: bytes) -> int:
    file.seek(0)
    found, end = 0, b""
    while read := file.read(1 << 16):
        found += (end + read).count(sign)
        end = read[1 - len(sign) :]
    return found


def _beyond_bounds(archive: ZipFile, *, size: int) -> Iterator[str]:
    """What is beyond the bounds by the archive's own directory; `size` is that of the file, in bytes."""
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
            f"Unpacked, the file would grow more than {HIGHEST_RATIO} times, which is not accepted."
            " Save it as a PDF."
        )
    if any(member.flag_bits & _ENCRYPTED for member in members):
        yield "The file is locked by a password. Save it without one."
    # Office files know no other packing; some of the others can ask for gigabytes to unpack a byte.
    if any(member.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for member in members):
        yield "The file is packed in a way that office files are not. Open it, and save it again."


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
    """Every content type that the package names for its parts, in lower case."""
    if archive.getinfo(_CONTENT_TYPES).file_size > _LARGEST_CONTENT_TYPES:
        raise Refused([UNKNOWN])
    named: set[str] = set()

    def element(_name: str, attributes: dict[str, str]) -> None:
        named.add(attributes.get("ContentType", "").lower())

    def doctype(*_: object) -> None:
        # Without a document type there are no entities to expand (ECMA-376 part 2 forbids one).
        raise Refused([UNKNOWN])

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(archive.read(_CONTENT_TYPES), True)  # noqa: FBT003  expat takes it by position alone.
    except (expat.ExpatError, LookupError) as error:
        raise Refused([CORRUPT]) from error
    return named
