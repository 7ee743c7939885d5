"""Joins lines that were wrapped: tells which line breaks are wraps, and rejoins broken words."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from recommendations.intake.lines import Line

# No page is wider than this, so a longer line was not wrapped.
WIDEST_WRAP = 120
_SLACK = 8
_ENDED = re.compile(r"[.?!:;]['\")\]]{0,2}$")
_HANGING = re.compile(
    r"a|about|across|against|all|also|an|and|any|are|as|at|be|been|before|between|by|can|could|each"
    r"|either|every|for|from|had|has|have|if|in|including|into|is|its|may|more|must|not|of|on|or"
    r"|other|over|should|so|than|that|the|their|these|they|this|those|through|to|towards|under"
    r"|until|was|were|when|where|whether|which|while|who|whose|will|with|within|without"
)
_CARRIED_ON = re.compile(
    r"and|as|at|been|by|for|from|in|into|is|of|on|or|than|that|the|their|to|was|were|which|while"
    r"|who|whose|with|within|without"
)
_WORDS = re.compile(r"[a-z]+(?:-[a-z]+)*")
_TOKENS = re.compile(r"[^\s,;.()'\"]+")
_BROKEN_WORD = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)*)-")


@dataclass(frozen=True)
class Vocabulary:
    """The words and lines of a report, which show how to rejoin broken words."""

    lines: tuple[Line, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word in lower case, with its inner hyphens."""
        return frozenset(self._counts)

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for line in self.lines for word in _WORDS.findall(line.text.lower()))

    @cached_property
    def narrow(self) -> bool:
        """Whether no line of prose is wider than a page: the whole report has been wrapped."""
        return all(line.width <= WIDEST_WRAP for line in self.lines if len(line.cells) < 2)

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        each = (_TOKENS.findall(line.text.lower()) for line in self.lines)
        return frozenset(pair for words in each for pair in pairwise(words))

    def appear_together(self, before: str, after: str) -> bool:
        """Whether the report has the last word of `before` directly before the first of `after`."""
        last, first = _TOKENS.findall(before.lower()[-60:]), _TOKENS.findall(after.lower()[:60])
        return bool(last and first) and (last[-1], first[0]) in self._pairs

    def count(self, word: str) -> int:
        """Return how often the report has a word in lower-case letters."""
        return self._counts[word]


@dataclass(frozen=True)
class RunningText:
    """Lines joined into one text, independent of where a copy has broken them."""

    text: str
    starts: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    def line(self, place: int) -> int | None:
        """Return the number of the line at a position in the text."""
        at = bisect_right(self.starts, place) - 1
        return self.numbers[at] if self.numbers else None


def ends_clause(text: str) -> bool:
    """Whether the text ends as a sentence or a clause does."""
    return _ENDED.search(text[-4:]) is not None


def sentence_continues(before: Line, after: Line) -> bool:
    """Whether the words show that the sentence continues on the next line."""
    last = before.text[-60:].rsplit(" ", 1)[-1].lower()
    first = after.text[:60].split(" ", 1)[0]
    return (
        _HANGING.fullmatch(last) is not None
        or last.endswith((",", "-", "/", "(", "\u00ad"))
        or (_CARRIED_ON.fullmatch(first) is not None and not ends_clause(before.text))
    )


def cannot_be_wrap(before: Line, after: Line) -> bool:
    """Whether the line is too wide to be wrapped, or had space for the next word.

    If the next line is longer than this line plus the next word, this line had space for it.
    """
    if sentence_continues(before, after):
        return False
    return before.width > WIDEST_WRAP or not fills_line(before, after, width=after.width - _SLACK)


def fills_line(before: Line, after: Line, *, width: int) -> bool:
    """Whether a line of `width` characters has no space for the next word."""
    return before.width + 1 + len(after.text.split(" ", 1)[0]) > width


def joined(texts: Sequence[str], vocabulary: Vocabulary) -> str:
    """Return the lines of one wrapped text joined, with hyphens where the report has them elsewhere."""
    return "".join(_pieces(texts, vocabulary))


def running_text(lines: Sequence[Line], vocabulary: Vocabulary) -> RunningText:
    pieces = _pieces([line.text for line in lines], vocabulary)
    starts = accumulate((len(piece) for piece in pieces), initial=0)
    numbers = tuple(line.number for line in lines)
    return RunningText("".join(pieces), tuple(starts)[: len(numbers)], numbers)


def _pieces(texts: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Return the text of each line, with the space that joins it to the line before."""
    pieces = list(texts[:1])
    for after in texts[1:]:
        before = pieces[-1]
        if before.endswith("\u00ad"):
            pieces[-1:] = [before.rstrip("\u00ad"), after]
        elif not (start := _broken_word(before, after)):
            pieces.append(f" {after}")
        elif f"{start}{_first_word(after)}" in vocabulary.words:
            pieces[-1:] = [before[:-1], after]
        else:
            pieces.append(after)
    return pieces


def doubtful_space(before: str, after: str, vocabulary: Vocabulary) -> bool:
    """Whether the break may have split a word: the report has the whole word, and not both parts."""
    last, first = before[-60:].rsplit(" ", 1)[-1].lower(), _first_word(after)
    parted = min(vocabulary.count(last), vocabulary.count(first)) <= 1
    return bool(last and first) and parted and f"{last}{first}" in vocabulary.words


def doubtful_hyphen(before: str, after: str, vocabulary: Vocabulary) -> bool:
    """Whether it is unclear if a hyphen at the break belongs to the word or to the wrap."""
    start = _broken_word(before, after)
    spellings = {f"{start}{_first_word(after)}", f"{start}-{_first_word(after)}"}
    return bool(start) and not spellings & vocabulary.words


def _broken_word(before: str, after: str) -> str:
    """Return the part of a word before the hyphen at the line's end, or ""."""
    word = _BROKEN_WORD.fullmatch(before[-60:].rsplit(" ", 1)[-1].lower().lstrip("('\""))
    suspended = _first_word(after) in ("", "and", "or", "to")
    return word[1] if word and after[:1].islower() and not suspended else ""


def _first_word(text: str) -> str:
    word = _WORDS.match(text[:60].lower())
    return word[0] if word else ""
