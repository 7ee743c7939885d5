"""Evidence files: which are accepted, which are refused, and how they are served."""

import hashlib
import io
import os
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from recommendations.errors import Invalid
from recommendations.storage import (
    ALLOWED,
    LARGEST,
    Damaged,
    Received,
    download_headers,
    open_verified,
    orphans,
    receive,
    remove,
)
from recommendations.storage.names import clean_name, extension_of

OOXML = "application/vnd.openxmlformats-officedocument."
WORD = f"{OOXML}wordprocessingml.document.main+xml"
MAIN = {
    "docx": ("word/document.xml", WORD),
    "xlsx": ("xl/workbook.xml", f"{OOXML}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OOXML}presentationml.presentation.main+xml"),
}
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, settings: Settings) -> Path:
    """The directory of this test's evidence."""
    place = tmp_path / "var" / "evidence"
    backend = "recommendations.storage.DurableFileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {"BACKEND": backend, "OPTIONS": {"location": place}},
    }
    return place


def packed(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def content_types(*types: str) -> str:
    overrides = "".join(f'<Override PartName="/part{i}.xml" ContentType="{t}"/>' for i, t in enumerate(types))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{TYPES}">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def office(*types: str, **more: bytes | str) -> bytes:
    return packed(
        {"[Content_Types].xml": content_types(*types), "word/document.xml": "<w:document/>", **more}
    )


def opendocument(media_type: str) -> bytes:
    return packed({"mimetype": media_type, "content.xml": "<office:document-content/>"})


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


DOCX = office(WORD)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
GOOD = {
    "pdf": PDF,
    "docx": DOCX,
    "xlsx": office(MAIN["xlsx"][1]),
    "pptx": office(MAIN["pptx"][1]),
    "odt": opendocument("application/vnd.oasis.opendocument.text"),
    "ods": opendocument("application/vnd.oasis.opendocument.spreadsheet"),
    "odp": opendocument("application/vnd.oasis.opendocument.presentation"),
    "csv": b"case,answer\r\n1,Yes\r\n",
    "txt": "Contact level by Zoë\n\tset in March\f".encode(),
    "png": png(),
    "jpg": JPEG,
}


def stored(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def problems(content: bytes, name: str) -> list[str]:
    """Return the problems that `receive` raises."""
    with pytest.raises(Invalid) as refusal:
        receive([content], name=name)
    assert list(refusal.value.problems) == ["file"]
    return refusal.value.problems["file"]


def read(received: Received) -> bytes:
    with open_verified(received.key, sha256=received.sha256) as file:
        return file.read()


# What is taken in.


def test_the_corpus_has_a_file_of_every_accepted_kind() -> None:
    assert set(GOOD) == set(ALLOWED)


@pytest.mark.parametrize("code", ALLOWED)
def test_an_accepted_file_comes_back_as_it_was(code: str) -> None:
    content = GOOD[code]
    halves = [content[:7], b"", content[7:]]
    received = receive(halves, name=f"Case audit.{code}")
    assert read(received) == content
    assert received == Received(
        key=received.key,
        name=f"Case audit.{code}",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type=ALLOWED[code].media_type,
    )


@pytest.mark.parametrize("name", ["photo.jpeg", "photo.JPG"])
def test_every_extension_of_a_kind_is_accepted_in_any_case(name: str) -> None:
    assert receive([JPEG], name=name).media_type == "image/jpeg"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_accepted_in_the_encodings_of_office_programs(encoding: str) -> None:
    content = "Zoë’s cases – 36 %\r\n".encode(encoding)
    assert read(receive([content], name="note.txt")) == content


def test_text_that_speaks_of_less_than_is_text() -> None:
    receive([b"<5 cases are not shown; a < b > c; <zoe@example.org> asked #!"], name="note.txt")


def test_a_file_of_the_largest_size_is_accepted() -> None:
    piece = "é€\n".encode() * (LARGEST // 100 // 6)
    rest = b"." * (LARGEST - 100 * len(piece))
    assert receive([*[piece] * 100, rest], name="long.txt").size == LARGEST


def test_the_key_is_new_each_time_and_says_nothing_of_the_name() -> None:
    keys = {receive([PDF], name="../../secret.pdf").key for _ in range(3)}
    assert len(keys) == 3
    assert all(re.fullmatch(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}", key) for key in keys)


def test_a_stored_file_is_for_the_service_alone(kept: Path) -> None:
    received = receive([PDF], name="a.pdf")
    file = kept / received.key
    assert file.stat().st_mode & 0o777 == 0o600
    assert [d.stat().st_mode & 0o777 for d in (file.parent, file.parent.parent, kept)] == [0o700] * 3


# What is refused.

MANY = {f"word/media/{n}.txt": "" for n in range(1_000)}
BIG = b"\x00" * (101 * 1024 * 1024)
FLIPPED = bytearray(
    packed({"[Content_Types].xml": content_types(WORD), "a.txt": b"A" * 99}, zipfile.ZIP_STORED)
)
FLIPPED[FLIPPED.index(b"AAAA")] ^= 1
GARBLED = bytearray(DOCX)
GARBLED[DOCX.index(b"word/document.xml") + 17] = 0xFF
ENTITIES = '<!DOCTYPE Types [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + content_types(WORD)[38:]
LOCKED = bytearray(DOCX)
LOCKED[DOCX.index(b"PK\x01\x02") + 8] |= 1
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
SLIDES = f"{OOXML}presentationml.slideshow.main+xml"

REFUSED: list[tuple[str, bytes, str, str]] = [
    ("empty", b"", "a.pdf", "is empty"),
    ("too large", b"a" * (LARGEST + 1), "a.txt", "larger than 20 MB"),
    ("macro-enabled Word", office(MACRO_WORD), "a.docm", "macros"),
    ("macro-enabled Word named docx", office(MACRO_WORD), "a.docx", "macros"),
    (
        "a macro project in a plain package",
        office(WORD, "application/vnd.ms-office.vbaProject"),
        "a.docx",
        "macros",
    ),
    (
        "a binary workbook",
        office("application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        "a.xlsb",
        "macros",
    ),
    ("a Word template", office(f"{OOXML}wordprocessingml.template.main+xml"), "a.docx", "Templates"),
    ("a slide show", office(SLIDES), "a.pptx", "Templates"),
    (
        "an ODF template",
        opendocument("application/vnd.oasis.opendocument.text-template"),
        "a.odt",
        "Templates",
    ),
    ("an ODF drawing", opendocument("application/vnd.oasis.opendocument.graphics"), "a.odt", "packed file"),
    ("two kinds in one", office(WORD, MAIN["xlsx"][1]), "a.docx", "packed file"),
    (
        "OOXML and ODF in one",
        office(WORD, mimetype="application/vnd.oasis.opendocument.text"),
        "a.docx",
        "packed",
    ),
    ("a ZIP archive", packed({"a.txt": "Hello"}), "a.docx", "packed file"),
    ("XML entities", packed({"[Content_Types].xml": ENTITIES}), "a.docx", "packed file"),
    ("broken XML", packed({"[Content_Types].xml": "<Types"}), "a.docx", "damaged"),
    ("half an archive", DOCX[: len(DOCX) // 2], "a.docx", "damaged"),
    ("a flipped bit", bytes(FLIPPED), "a.docx", "damaged"),
    ("a packing that ends nowhere", bytes(GARBLED), "a.docx", "damaged"),
    ("locked by a password", bytes(LOCKED), "a.docx", "locked by a password"),
    (
        "another packing",
        packed({"[Content_Types].xml": content_types(WORD)}, zipfile.ZIP_LZMA),
        "a.docx",
        "compressed in",
    ),
    ("too many members", office(WORD, **MANY), "a.docx", "more than 1,000 files"),
    (
        "a directory of ten thousand names",
        b"PK\x03\x04" + b"PK\x01\x02" * 10_001,
        "a.docx",
        "more than 1,000 files",
    ),
    ("too large unpacked", office(WORD, **{"a.xml": BIG}), "a.docx", "larger than 100 MB"),
    ("grows too much", office(WORD, **{"a.xml": BIG[: 1 << 21]}), "a.docx", "more than 100 times"),
    ("legacy Office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "before 2007"),
    ("something before a PDF", b"\n" + PDF, "a.pdf", "before its start"),
    ("a program before a PDF", b"MZ\x00" + bytes(900) + PDF, "a.pdf", "before its start"),
    ("a program", b"MZ\x90\x00\x03" + bytes(100), "a.exe", "kind of file is not accepted"),
    ("a program named pdf", b"\x7fELF" + bytes(100), "a.pdf", "kind of file is not accepted"),
    ("a GIF", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "a.gif", "kind of file is not accepted"),
    ("control characters", b"a,b\x07\n", "a.csv", "kind of file is not accepted"),
    ("C1 control characters", "a\x85b".encode(), "a.txt", "kind of file is not accepted"),
    ("UTF-16 without its mark", "abc".encode("utf-16-le"), "a.txt", "kind of file is not accepted"),
    ("HTML", b"  <HTML><body>", "a.txt", "web page"),
    ("HTML after a first line", b"Hello\n" * 20_000 + b"<!DocType html>", "a.txt", "web page"),
    ("a piece of HTML", b"\xef\xbb\xbf<p onclick='x()'>", "a.txt", "web page"),
    ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.png", "web page"),
    ("SVG in UTF-16", "<svg/>".encode("utf-16"), "a.txt", "web page"),
    ("XML", b'<?xml version="1.0"?><a/>', "a.txt", "web page"),
    ("a script", b"#!/bin/sh\nrm -r /\n", "a.txt", "script"),
    ("a script between two readings", b"a" * ((1 << 16) - 4) + b"<script>", "a.txt", "script"),
    ("a script in a table", b"a,<script>x()</script>\n", "a.csv", "script"),
    ("PHP", b"x <?php x();", "a.txt", "script"),
    ("RTF", b"{\\rtf1 x}", "a.txt", "RTF"),
    ("no extension", PDF, "report", "no extension"),
    ("only an extension", PDF, ".pdf", "no extension"),
    ("no name", PDF, "", "no extension"),
    ("a program's name", PDF, "report.pdf.exe", "ends in “.exe”, but the content is a PDF document"),
    ("a program's name turned around", PDF, "report\u202efdp.exe", "“.exe”"),
    ("another kind's name", DOCX, "a.pdf", "a name that ends in .docx"),
    ("text with a document's name", b"Hello", "a.docx", "ends in .csv or .txt"),
]


@pytest.mark.parametrize(("content", "name", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_refused_file_is_refused_in_words_and_leaves_nothing(
    content: bytes, name: str, says: str, kept: Path
) -> None:
    said = problems(content, name)
    assert any(says in sentence for sentence in said), said
    assert all(re.fullmatch(r"[A-Z].*\.", sentence) for sentence in said)
    assert stored(kept) == []


def test_a_small_file_that_claims_a_small_unpacked_size_is_found_out() -> None:
    lying = bytearray(office(WORD, **{"a.xml": b"\x00" * 5_000}))
    # The unpacked size of the last member, in the archive's directory and before the member itself.
    struct.pack_into("<I", lying, lying.rindex(b"PK\x01\x02") + 24, 10)
    struct.pack_into("<I", lying, lying.rindex(b"PK\x03\x04") + 22, 10)
    assert any("damaged" in sentence for sentence in problems(bytes(lying), "a.docx"))


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.exe", ["is empty", "“.exe”"]),
        (b"a" * (LARGEST + 1), "a", ["larger than 20 MB", "no extension"]),
        (bytes(FLIPPED), "a.pdf", ["ends in .docx", "damaged"]),
        (office(WORD, **MANY, **{"a.xml": BIG}), "a.docx", ["1,000 files", "100 MB", "100 times"]),
    ],
)
def test_everything_that_can_be_told_is_told_at_once(content: bytes, name: str, says: list[str]) -> None:
    said = problems(content, name)
    assert len(said) == len(says)
    assert all(part in sentence for part, sentence in zip(says, said, strict=True))


def test_reading_stops_when_the_file_is_too_large() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"a" * (1 << 20)

    with pytest.raises(Invalid):
        receive(endless(), name="a.txt")
    assert taken == LARGEST // (1 << 20) + 1


def test_a_sender_who_goes_away_leaves_nothing(kept: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive(broken(), name="a.pdf")
    assert stored(kept) == []


FIXTURE_IS_SHARED = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(data=st.data())
@FIXTURE_IS_SHARED
def test_whatever_comes_is_stored_whole_or_refused_and_leaves_nothing(
    data: st.DataObject, kept: Path
) -> None:
    content = bytearray(data.draw(st.sampled_from(sorted(GOOD.values()))))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    name = "a." + data.draw(st.sampled_from([*ALLOWED, "exe", ""]))
    with suppress(Invalid):
        received = receive([bytes(content)], name=name)
        assert read(received) == content
        remove(received.key)
    assert stored(kept) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<#{%"), min_size=1))
@FIXTURE_IS_SHARED
def test_any_text_without_marks_of_a_machine_is_text(text: str) -> None:
    assert read(receive([text.encode()], name="a.txt")) == text.encode()


# Names.


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("C:\\Users\\zoe\\Case audit.pdf", "Case audit.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("Zoe\u0308.pdf", "Zoë.pdf"),
        ("a\r\nSet-Cookie: b\x00.pdf", "aSet-Cookie: b.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        (" a.pdf. ", "a.pdf"),
        ("a" * 200 + ".docx", "a" * 145 + ".docx"),
    ],
)
def test_a_name_is_cleaned(given_name: str, clean: str) -> None:
    assert clean_name(given_name) == clean


@given(st.text(max_size=300))
def test_any_name_becomes_a_short_composed_last_component(name: str) -> None:
    clean = clean_name(name)
    assert len(clean) <= 150
    assert not set(clean) & set("/\\\r\n\x00\u202e\u2066\u200f")
    assert unicodedata.is_normalized("NFC", clean)
    assert clean_name(clean) == clean


@given(st.text(max_size=300), st.sampled_from([kind.extensions[-1] for kind in ALLOWED.values()]))
def test_a_long_name_keeps_its_extension(stem: str, extension: str) -> None:
    assert extension_of(clean_name(f"a{stem}b.{extension}")) == extension


# What goes out again.


def test_one_flipped_byte_is_never_served(kept: Path) -> None:
    received = receive([PDF], name="a.pdf")
    content = bytearray((kept / received.key).read_bytes())
    content[-1] ^= 1
    (kept / received.key).write_bytes(content)
    with pytest.raises(Damaged, match="changed after it was attached"):
        open_verified(received.key, sha256=received.sha256)


def test_a_file_that_is_gone_is_damaged() -> None:
    received = receive([PDF], name="a.pdf")
    remove(received.key)
    with pytest.raises(Damaged, match="missing"):
        open_verified(received.key, sha256=received.sha256)


def test_what_was_verified_is_what_is_read_even_if_it_is_replaced_meanwhile(kept: Path) -> None:
    received = receive([PDF], name="a.pdf")
    with open_verified(received.key, sha256=received.sha256) as file:
        (kept / "other").write_bytes(b"other")
        (kept / "other").replace(kept / received.key)
        assert file.read() == PDF


def test_removing_twice_is_no_error(kept: Path) -> None:
    received = receive([PDF], name="a.pdf")
    remove(received.key)
    remove(received.key)
    assert stored(kept) == []


def test_orphans_are_what_no_record_knows_and_is_old_enough(kept: Path) -> None:
    known, orphan, fresh = (receive([PDF], name="a.pdf").key for _ in range(3))
    draft = str(Path(orphan).with_name(".draft-0"))
    (kept / draft).write_bytes(b"%PD")
    now = datetime.now(UTC)
    for key in (known, orphan, draft):
        os.utime(kept / key, (now.timestamp() - 7200,) * 2)
    assert set(orphans({known}, before=now - timedelta(hours=1))) == {orphan, draft}
    assert set(orphans(set(), before=now + timedelta(hours=1))) == {known, orphan, draft, fresh}


def test_storage_that_holds_nothing_yet_has_no_orphans() -> None:
    assert list(orphans(set(), before=datetime.now(UTC))) == []


def test_a_download_is_never_a_page_of_this_site() -> None:
    assert download_headers("Case audit.pdf", "application/pdf") == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="Case audit.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize("media_type", ["text/csv", "text/plain", "text/html", "image/svg+xml", ""])
def test_what_a_browser_could_read_as_text_goes_out_as_bytes(media_type: str) -> None:
    assert download_headers("a.csv", media_type)["Content-Type"] == "application/octet-stream"


@given(st.text())
def test_any_name_makes_one_header_line_of_ascii(name: str) -> None:
    line = download_headers(name, "application/pdf")["Content-Disposition"]
    assert line.startswith("attachment")
    assert line.isascii()
    assert line.isprintable()


def test_a_name_in_other_letters_is_encoded() -> None:
    line = download_headers('Zoë "1".pdf', "application/pdf")["Content-Disposition"]
    assert line == "attachment; filename*=utf-8''Zo%C3%AB%20%221%22.pdf"


# Durability.


def test_the_file_is_synced_then_renamed_then_its_directories_synced(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[tuple[str, str]] = []
    fsync, replace = os.fsync, Path.replace

    def syncing(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        happened.append(("sync", "draft" if path.name.startswith(".draft-") else path.name))
        fsync(descriptor)

    def renaming(path: Path, to: Path) -> Path:
        happened.append(("rename", to.name))
        return replace(path, to)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", renaming)
    storages["evidence"].save("ab/cd/abcd", ContentFile(b"x"))
    directories = [("sync", name) for name in ("cd", "ab", "evidence", "var")]
    assert happened == [("sync", "draft"), ("rename", "abcd"), *directories]


@pytest.mark.parametrize("call", [1, 2])
def test_a_disk_that_fails_leaves_nothing(call: int, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the first sync there is a draft, at the second the file has its name."""
    calls = 0

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="No space"):
        receive([PDF], name="a.pdf")
    assert stored(kept) == []
