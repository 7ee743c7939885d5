"""Reads a report's text into lines whose words are equal in every copy.

Spaces, quotes, dashes, ligatures, footnote marks and Markdown get one plain form. A line keeps its kind
(heading, bold, list item, table row) beside its words.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"),
        **dict.fromkeys("⁄∕／", "/"),
        **dict.fromkeys("％﹪", "%"),
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
        **{chr(code): " " for code in range(0x2000, 0x200B)},
        **{chr(code): f"{code - 0x245F}. " for code in range(0x2460, 0x2474)},
        **{chr(code): f"({code - 0x2473}) " for code in range(0x2474, 0x2488)},
        **{chr(code): f"{code - 0x2487}. " for code in range(0x2488, 0x249C)},
        **{chr(code): f"{code - 0x2775}. " for code in range(0x2776, 0x2780)},
        "¬": "\u00ad",
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "…": "...",
        "│": "|",
        "¦": "|",
    }
)
_TAB = 4
_NEWLINE = re.compile(r"\r\n|[\n\r\u0085\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A report has thousands of lines, and most are plain already.
_PLAIN = re.compile(r"[A-Za-z](?!\s)[A-Za-z0-9,.;:'()%?!/ ]*")
_SPLIT_FOOTNOTE = re.compile(r"<sup>&(?:amp;)?</sup>lt;sup>", re.IGNORECASE)
_FOOTNOTE = re.compile(
    r"<sup>[^<]{0,20}</sup>|\^\{?\d{1,3}\}?|\[\^\d{1,3}\]|(?<=\w)\s?\[\d{1,3}\](?!\w)",
    re.IGNORECASE,
)
_RAISED = re.compile(r"(?<!\bm)(?<!km)(?<!cm)[⁰¹²³⁴-⁹]+")
_OPENS_FOOTNOTE = re.compile(
    r"\s*(?:<sup>[^<]{0,20}</sup>|[⁰¹²³⁴-⁹]+|\[\^\d{1,3}\]:|\d{1,2} Source:)", re.IGNORECASE
)
_STRONG = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_SOFT = re.compile(r"\u00ad(?!\s*$)")
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>|<!--[^<>]{0,80}-->")
_EMPHASIS = re.compile(r"\*+|__|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")
_ESCAPE = re.compile(r"\\(?=[-*#.()\[\]_>|+`])")
_BULLET = re.compile(r"\s*(?:[*+](?=\s)|[-•·●○◦▪▫■□▸►‣⁃∙➢➤✓\ue000-\uf8ff\ufffd]|o(?=\s))(?!\d)\s*(?=\S)")
_CELLS = re.compile(r"\s*\t\s*|\s*\|\s*| {2,}")
_RULE = re.compile(r"[\s|:+=_-]*$")
_DASH = re.compile(r"(?<=\S)\s+-+\s+(?=\S)|(?<=\w)--+(?=\w)")


@dataclass(frozen=True)
class Line:
    """One line: its number in the file, its words, and the kind of line in the copy.

    `gap` is "blank" after a blank line, "page" after a page's edge, else "". `width` counts the characters
    of the line as copied.
    """

    number: int
    text: str
    heading: bool = False
    bold: bool = False
    bullet: bool = False
    footnote: bool = False
    indent: int = 0
    width: int = 0
    cells: tuple[str, ...] = ()
    gap: str = ""

    @property
    def titled(self) -> bool:
        """Whether the copy shows the line as a heading."""
        return self.heading or self.bold


def letters(text: str) -> str:
    """Return only the letters, in lower case, to compare texts with other spaces, dashes and line breaks."""
    return "".join(re.findall(r"[A-Za-z]+", text)).lower()


def canonical(text: str) -> str:
    """Return one line of text in its plain form: NFC, straight quotes, hyphens, single spaces.

    A soft hyphen at the end stays: the word continues on the next line.
    """
    if _plain(text):
        return text.strip()
    folded = unescape(_SPLIT_FOOTNOTE.sub("<sup>", text)).translate(_FOLDED)
    folded = _RAISED.sub("", _FOOTNOTE.sub("", folded))
    folded = _TAG.sub("", _BREAK.sub(" ", folded))
    folded = _SOFT.sub("", _EMPHASIS.sub("", _ESCAPE.sub("", folded)))
    folded = unicodedata.normalize("NFC", _CONTROL.sub(" ", folded))
    return _DASH.sub(" - ", " ".join(folded.split()))


def read_lines(text: str) -> tuple[Line, ...]:
    """Return every line, blank ones included, numbered from 1."""
    return tuple(_line(number, raw) for number, raw in enumerate(_NEWLINE.split(text), 1))


def _line(number: int, raw: str) -> Line:
    folded = _CONTROL.sub(" ", unescape(_SPLIT_FOOTNOTE.sub("<sup>", raw)).translate(_FOLDED))
    plain = folded.strip()
    if not plain or _plain(folded):
        return Line(number, plain, width=len(plain), cells=(plain,) if plain else ())
    words = _STRONG.sub("**", folded.lstrip("> \t").rstrip())
    if heading := words.startswith("#"):
        words = words.strip("# \t")
    if bullet := _BULLET.match(words):
        words = words[bullet.end() :]
    if _RULE.match(words):
        return Line(number, "")
    cells = tuple(filter(None, (canonical(cell) for cell in _CELLS.split(words))))
    return Line(
        number,
        cells[0] if len(cells) == 1 else canonical(" ".join(cells)),
        heading=heading,
        bold=_bold(words),
        bullet=bullet is not None,
        footnote=_OPENS_FOOTNOTE.match(folded) is not None,
        indent=_indent(folded),
        width=len(raw.rstrip()),
        cells=cells,
    )


def _indent(words: str) -> int:
    spread = words.expandtabs(_TAB)
    return len(spread) - len(spread.lstrip())


def _bold(words: str) -> bool:
    marked = words.rstrip(": \t")
    return any(marked.startswith(mark) and marked.endswith(mark) for mark in ("**", "__"))


def _plain(text: str) -> bool:
    return "  " not in text and _PLAIN.fullmatch(text) is not None
