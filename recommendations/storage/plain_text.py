"""Tells plain text from binary files, markup and scripts."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from recommendations.errors import Refused

_PIECE = 1 << 16

# Tab, line feed, form feed and carriage return belong to text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_MARKUP = re.compile(r"<script|<\?php|<\?xml|<!doctype|<html|<svg", re.IGNORECASE)
_LONGEST_MARKUP = len("<!doctype")
_OPENING = re.compile(r"\s*(#!|\{\\rtf|%!ps|<[!?/]|<[a-z][\w:.-]*[\s/>])", re.IGNORECASE)


def is_text(file: BinaryIO) -> bool:
    """Whether `file` is UTF-8, UTF-16 with a byte order mark, or Windows-1252, without control characters.

    Raises Refused for a web page, SVG, XML, RTF or a script.
    """
    for encoding in _encodings(file):
        try:
            for number, piece in enumerate(_pieces(file, encoding)):
                if _CONTROL.search(piece):
                    return False
                if _MARKUP.search(piece) or (number == 0 and _OPENING.match(piece)):
                    raise Refused(
                        [
                            "The content is a web page, XML, RTF or a script, which are not accepted under"
                            " any name. Save what it shows as a PDF."
                        ]
                    )
        except UnicodeDecodeError:
            continue
        return True
    return False


def _encodings(file: BinaryIO) -> tuple[str, ...]:
    file.seek(0)
    head = file.read(len(codecs.BOM_UTF8))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8-sig",) if head == codecs.BOM_UTF8 else ("utf-8", "cp1252")


def _pieces(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield decoded pieces that overlap, so that no markup is split between two."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    end = ""
    while read := file.read(_PIECE):
        piece = end + decoder.decode(read)
        yield piece
        end = piece[-_LONGEST_MARKUP:]
    decoder.decode(b"", final=True)
