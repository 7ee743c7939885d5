"""The recommendations of a report: number, addressee and exact wording."""

import re
from collections.abc import Sequence
from itertools import pairwise

from recommendations.intake.addressees import Group, addressed, split_groups
from recommendations.intake.findings import RecommendationFinding
from recommendations.intake.lines import Line
from recommendations.intake.list_items import Item, split_items
from recommendations.intake.marks import marked
from recommendations.intake.names import whole_name
from recommendations.intake.numbering import Printed, settle_numbers
from recommendations.intake.problems import Notes
from recommendations.intake.prose import Vocabulary, doubtful_hyphen, doubtful_space, joined

_FUSED_NUMBER = re.compile(r"(?<=\s)(?:- )?(\d{1,2})[.)] ?(?=[a-z])")
_FUSED_BULLET = re.compile(r"(?<=\s)[•·●○◦▪](?=\s)")
_STUCK_FIGURE = re.compile(r"\b[A-Za-z]?[a-z]{3,}\d{1,2}\b")
_BROKEN_OFF = re.compile(
    r"(?:,|\b(?:a|an|and|by|for|from|into|its|of|or|that|the|their|to|which|whose|with))$"
)
_MOST_CUT = 3
_MOST_LINES = 1_000


def read_recommendations(
    lines: Sequence[Line],
    *,
    known: Sequence[str],
    vocabulary: Vocabulary,
    notes: Notes,
) -> tuple[RecommendationFinding, ...]:
    """The recommendations in the lines of their part, without page furniture.

    `known` are the names of the inspected body and its region. Notes every line that cannot be
    placed, every number that does not fit, and every addressee without a whole name.
    """
    if len(lines) > _MOST_LINES:
        notes.refuse(
            f"the list of recommendations runs over {len(lines)} lines: expected at most "
            f"{_MOST_LINES}, and a heading 'Background' after it",
            lines[0].number,
        )
        return ()
    before, groups = split_groups(lines, known, vocabulary)
    for line in before:
        if (mark := marked(line)) and mark.number is not None:
            notes.refuse(
                f"'{line.text[:80]}' stands before any heading: expected '<body> should:' above it",
                line.number,
            )
    addressees = [_addressee(group, known, vocabulary, notes) for group in groups]
    items = split_items(groups, vocabulary, notes)
    settle_numbers([Printed(i.number, i.group, i.lines[0].number) for i in items], notes)
    _note_odd_endings(items, notes)
    return tuple(
        RecommendationFinding(
            place, addressees[item.group], _text(place, item, vocabulary, notes), item.lines[0].number
        )
        for place, item in enumerate(items, 1)
    )


def check_rest(lines: Sequence[Line], count: int, notes: Notes) -> None:
    """Nothing of the list may stand after its end, where another heading has cut it short."""
    for line in lines:
        mark = marked(line)
        if addressed(line) or (mark and mark.number == count + 1):
            notes.refuse(
                f"'{line.text[:80]}' stands after the end of the recommendations: expected it among them",
                line.number,
            )


def _addressee(group: Group, known: Sequence[str], vocabulary: Vocabulary, notes: Notes) -> str:
    if group.doubt:
        notes.refuse(f"{group.doubt}: expected a blank line above the heading", group.line)
    if not group.lines:
        notes.refuse(
            f"'{group.addressee} should:' has no recommendation below it: expected at least one",
            group.line,
        )
    name = whole_name(
        group.addressee,
        vocabulary.lines,
        known=known,
        what="the addressee",
        line=group.line,
        notes=notes,
    )
    return name or group.addressee


def _text(place: int, item: Item, vocabulary: Vocabulary, notes: Notes) -> str:
    for line, before, after in zip(item.lines[1:], item.texts, item.texts[1:], strict=False):
        if doubtful_hyphen(before, after, vocabulary):
            notes.warn(
                "the hyphen at the end of the line before this one may belong to the word or to "
                "the line's end: kept",
                line.number,
            )
        if doubtful_space(before, after, vocabulary):
            notes.warn("the line before this one may break off inside a word", line.number)
    text = joined(item.texts, vocabulary).strip()
    _check_text(text, place, item.lines[0].number, notes)
    _note_cut_word(text, place, item.lines[0].number, vocabulary, notes)
    return text


def _check_text(text: str, place: int, line: int, notes: Notes) -> None:
    fused = next((m for m in _FUSED_NUMBER.finditer(text) if _outside_brackets(text, m)), None)
    fused = fused or _FUSED_BULLET.search(text)
    if fused:
        notes.refuse(
            f"'{text[fused.start() : fused.start() + 60]}' looks like another recommendation "
            f"inside recommendation {place}: expected each on its own line",
            line,
        )
    if text.endswith(":"):
        notes.refuse(
            f"recommendation {place} ends with a colon: expected its whole text, with the parts "
            "that the colon announces, on lines that are not marked as recommendations",
            line,
        )
    if broken := _BROKEN_OFF.search(text):
        notes.refuse(f"recommendation {place} breaks off with '{broken[0]}': expected the rest of it", line)
    if stuck := _STUCK_FIGURE.search(text):
        notes.warn(f"'{stuck[0]}' in recommendation {place}: is the figure a footnote's?", line)


def _outside_brackets(text: str, match: re.Match[str]) -> bool:
    return text.count("(", 0, match.start()) <= text.count(")", 0, match.start())


def _note_cut_word(text: str, place: int, line: int, vocabulary: Vocabulary, notes: Notes) -> None:
    """A first word that stands nowhere else, where a slightly longer one does, may be cut off."""
    word = re.match(r"[a-z]{3,}", text)
    if not word or vocabulary.count(word[0]) > 1:
        return
    longer = [w for w in vocabulary.words if w.endswith(word[0]) and 0 < len(w) - len(word[0]) <= _MOST_CUT]
    if longer:
        notes.warn(
            f"recommendation {place} begins with '{word[0]}', which stands nowhere else: is it "
            f"'{min(longer)}' with its first letters cut off?",
            line,
        )


def _note_odd_endings(items: Sequence[Item], notes: Notes) -> None:
    """Only the last one below each heading ends with a full stop: another shows something lost."""
    inner = [a for a, b in pairwise(items) if a.group == b.group]
    last = [a for a, b in pairwise([*items, None]) if a and (not b or a.group != b.group)]
    stopped = [item for item in inner if item.texts[-1].endswith(".")]
    open_ended = [item for item in last if not item.texts[-1].endswith(".")]
    if len(inner) > 2 * len(stopped):
        for item in stopped:
            notes.warn(
                "this recommendation ends with a full stop and those around it do not: is a "
                "heading '<body> should:' missing below it?",
                item.lines[-1].number,
            )
    if len(last) > 2 * len(open_ended):
        for item in open_ended:
            notes.warn(
                "the last recommendation below its heading has no full stop, as the others have: "
                "does the list go on?",
                item.lines[-1].number,
            )
