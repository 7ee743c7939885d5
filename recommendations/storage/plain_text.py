"""Is it text that a person reads, and not text that a machine obeys?"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from recommendations.errors import Refused

_PIECE = 1 << 16

# Tab, line feed, form feed and carriage return belong to text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_OBEYED = re.compile(r"<script|<\?php|<\?xml|<!doctype|<html|<svg", re.IGNORECASE)
_LONGEST_SIGN = len("<!doctype")
_OPENING = re.compile(r"\s*(#!|\{\\rtf|%!ps|<[!?/]|<[a-z][\w:.-]*[\s/>])", re.IGNORECASE)


def is_text(file: BinaryIO) -> bool:
    """Whether all of `file` reads as UTF-8, as UTF-16 with its byte order mark, or as Windows-1252,
    without control characters. Raises Refused for a web page, a drawing, XML, RTF or a script.
    """
    for encoding in _encodings(file):
        try:
            for number, piece in enumerate(_pieces(file, encoding)):
                if _CONTROL.search(piece):
                    return False
                if _OBEYED.search(piece) or (number == 0 and _OPENING.match(piece)):
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
    """Decoded pieces; each begins with the end of the one before, so that no sign falls between two."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    end = ""
    while read := file.read(_PIECE):
        piece = end + decoder.decode(read)
        yield piece
        end = piece[-_LONGEST_SIGN:]
    decoder.decode(b"", final=True)
