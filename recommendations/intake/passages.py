"""Finds quoted passages in a report, and the numbers that a passage states."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal

# A footnote mark is not part of the sentence, so its number is skipped too.
_FOOTNOTE = r"<sup>[^<]{0,20}</sup>"
_MARKUP = rf"{_FOOTNOTE}|</?(?:u|sup|b|i|em|strong)>|[*\u00ad\u200b\ufeff]"
_HYPHEN = r"[-\u2010\u2011]"
_TOKEN = re.compile(
    rf"""
      (?P<skipped>{_MARKUP}|[_`#|•\uf0b7]|(?<!\S)[->](?!\S))
    | (?P<number>[0-9]+(?:[.,][0-9]+)*+)
    | (?P<word>[^\W\d_]+(?:(?:{_MARKUP}|{_HYPHEN}\s*+)++[^\W\d_]+)*+)
    | (?P<mark>\S)
    """,
    re.VERBOSE,
)
_INSIDE_WORD = re.compile(rf"{_MARKUP}|{_HYPHEN}\s*")
_PLAIN_MARKS = str.maketrans("‘’‚‛′“”„‟″‐‑", "'''''\"\"\"\"\"--")
_LINE_END = re.compile(r"\r\n|\r|\n")


class Passages:
    """A text that is split once, to look for many passages.

    White space, line breaks, curly quotes, markdown and HTML marks, footnote marks and
    hyphens inside words make no difference; every letter, figure and stop does.
    A passage starts and ends at whole words: "6 per cent" is not found in "36 per cent".
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._offsets: list[int] = []
        self._starts: list[int] = []
        pieces: list[str] = []
        position = 0
        for token, offset in _tokens(text):
            self._offsets.append(offset)
            self._starts.append(position)
            pieces.append(token)
            position += len(token) + 1
        # A space on both sides makes `str.find` match whole tokens only.
        self._plain = f" {' '.join(pieces)} "

    def find(self, passage: str) -> int | None:
        """The line of the text, counted from 1, on which `passage` begins, or None."""
        wanted = [token for token, _ in _tokens(passage)]
        found = self._plain.find(f" {' '.join(wanted)} ") if wanted else -1
        if found < 0:
            return None
        offset = self._offsets[bisect_left(self._starts, found)]
        return 1 + sum(1 for _ in _LINE_END.finditer(self.text, 0, offset))


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield each word, number or mark in its plain form, with its offset."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "word":
            yield _INSIDE_WORD.sub("", match[0]), match.start()
        elif match.lastgroup != "skipped":
            yield match[0].translate(_PLAIN_MARKS), match.start()


_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = (
    {"zero": 0, "no": 0, "none": 0}
    | {word: 1 + place for place, word in enumerate(_UNITS)}
    | {word: 10 + place for place, word in enumerate(_TEENS)}
    | {word: 20 + 10 * place for place, word in enumerate(_TENS)}
)
_GAP = rf"(?:\s++|{_HYPHEN}\s*+)"
_UNIT = rf"(?:{'|'.join(_UNITS)})\b"
_SMALL = rf"(?:(?:{'|'.join(_TENS)})\b(?:{_GAP}{_UNIT})?|(?:{'|'.join(_TEENS)})\b|{_UNIT})"
_MORE = rf"(?:{_GAP}(?:and{_GAP})?"
_HUNDREDS = rf"(?:(?:{_SMALL}{_GAP})?hundred\b{_MORE}{_SMALL}(?!{_GAP}(?:hundred|thousand)\b))?|{_SMALL})"
_WHOLE = rf"(?:(?:{_HUNDREDS}{_GAP})?thousand\b{_MORE}{_HUNDREDS})?|{_HUNDREDS}|(?:zero|none|no)\b)"
_PART = r"(?:half|halves|(?:third|quarter|fifth|tenth)s?|million|billion)\b"
# Atomic, so that "twenty-one thirds" does not match as "twenty".
_WORDS = re.compile(
    rf"\b(?>{_WHOLE})(?!{_GAP}{_PART})(?!{_GAP}and{_GAP}(?:a{_GAP}|one{_GAP})?{_PART})",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(?<!\w)[0-9](?:[0-9.,]*[0-9])?(?!\w)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ORDINARY = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def numbers_in(passage: str) -> frozenset[Decimal]:
    """Return every number that `passage` states, in figures or in English words.

    "no" and "none" state 0. Fractions in words ("a half", "two thirds"), ordinals and
    figures inside a code or a section number ("30th", "2.2.3") state no whole number.
    """
    sentence = re.sub(_FOOTNOTE, "", passage)
    figures = (number for run in _FIGURES.findall(sentence) for number in _figures(run))
    words = (_value(match[0]) for match in _WORDS.finditer(sentence))
    return frozenset(figures) | frozenset(words)


def _figures(run: str) -> Iterator[Decimal]:
    """The numbers in an unbroken run of figures, stops and commas."""
    pieces = [run] if _GROUPED.fullmatch(run) else run.split(",")
    for piece in pieces:
        plain = piece.replace(",", "")
        if _ORDINARY.fullmatch(plain):
            yield Decimal(plain)


def _value(phrase: str) -> Decimal:
    """The value of a number in words, such as "one hundred and two"."""
    total = current = 0
    for word in re.findall(r"[^\W\d_]+", phrase.casefold()):
        if word == "hundred":
            current = (current or 1) * 100
        elif word == "thousand":
            total, current = total + (current or 1) * 1000, 0
        else:
            current += _VALUES.get(word, 0)
    return Decimal(total + current)
