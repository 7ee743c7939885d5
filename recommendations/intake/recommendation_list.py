"""Reads the recommendations of a report: number, addressee and exact wording."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from recommendations.intake.addressees import Group, ends_heading, split_groups
from recommendations.intake.bullets import bare_number, bullet_of, lone_bullet
from recommendations.intake.lines import Line
from recommendations.intake.list_items import split_items
from recommendations.intake.list_parts import ListItem
from recommendations.intake.names import whole_name
from recommendations.intake.numbering import PrintedNumber, check_numbers
from recommendations.intake.problems import Notes
from recommendations.intake.prose import Vocabulary, doubtful_hyphen, doubtful_space, joined
from recommendations.intake.report_data import RecommendationFinding
from recommendations.intake.sections import is_name

_FUSED_NUMBER = re.compile(r"(?<=\s)(?:- )?(\d{1,2})[.)] ?(?=[A-Za-z])")
_FUSED_BULLET = re.compile(r"(?<=\s)[•·●○◦▪](?=\s)")
_ATTACHED_FIGURE = re.compile(r"\b[A-Za-z]?[a-z]{3,}\d{1,2}\b")
_BROKEN_OFF = re.compile(
    r"(?:,|\b(?:a|an|and|by|for|from|including|into|its|namely|of|or|such as|that|that is|the|their"
    r"|to|which|whose|with))$"
)
_MOST_LETTERS_CUT = 3
_LONGEST_LIST = 1_000
# The most lines between a heading "Recommendations" and its first addressee.
_TITLE_REACH = 10


def read_recommendations(
    lines: Sequence[Line], *, known: Sequence[str], vocabulary: Vocabulary, notes: Notes
) -> tuple[RecommendationFinding, ...]:
    """Return the recommendations in the lines of their part, from which page noise is removed.

    `known` holds the names of the inspected body and its region.
    """
    if len(lines) > _LONGEST_LIST:
        notes.refuse(
            f"the recommendations take {len(lines)} lines: expected at most {_LONGEST_LIST}, and a heading "
            "'Background' after them",
            lines[0].number,
        )
        return ()
    before, groups = split_groups(lines, known, vocabulary)
    _refuse_numbered(before, notes)
    addressees = [_addressee(group, known, vocabulary, notes) for group in groups]
    items = split_items(groups, vocabulary, notes)
    check_numbers([PrintedNumber(i.number, i.group, i.lines[0].number) for i in items], notes)
    _note_odd_endings(items, notes)
    texts = [_text(place, item, vocabulary, notes) for place, item in enumerate(items, 1)]
    return tuple(
        RecommendationFinding(place, addressees[item.group], text, item.lines[0].number)
        for place, (item, text) in enumerate(zip(items, texts, strict=True), 1)
    )


def _refuse_numbered(before: Sequence[Line], notes: Notes) -> None:
    """Refuse numbered lines above the first heading: they have no addressee."""
    for line in before:
        if (mark := bullet_of(line)) and mark.number is not None:
            notes.refuse(
                f"'{line.text[:80]}' comes before any heading: expected '<body> should:' above it",
                line.number,
            )


def check_rest(background: Sequence[Line], rest: Sequence[Line], count: int, notes: Notes) -> None:
    """Refuse recommendations after the end of the list.

    `rest` is the text after the list, `background` its part before the first standard, and `count` the
    number of recommendations read. Only warns of a heading '<body> should:' far from the list.
    """
    stray = {line.number: line for line in [*_items_below(background, count), *_second_list(rest)]}
    for line in background:
        mark = bullet_of(line)
        announces = line.titled and line.text.endswith(":") and not is_name(line.text, "Background")
        if ends_heading(line) or announces or (mark and mark.number == count + 1):
            stray[line.number] = line
    for line in stray.values():
        notes.refuse(
            f"'{line.text[:80]}' comes after the end of the recommendations: expected it among them",
            line.number,
        )
    for line in rest:
        if ends_heading(line) and line.number not in stray:
            notes.warn(
                f"'{line.text[:80]}' is far from the recommendations: does it belong to them?", line.number
            )


def _items_below(lines: Sequence[Line], count: int) -> Iterator[Line]:
    """Yield the items between the heading that ended the list and the first prose."""
    for line in lines[1:]:
        bare = bare_number(line.text)
        numbered = (bare is not None and bare.number in (1, count + 1)) or lone_bullet(line) is not None
        if numbered or bullet_of(line) or line.text[0].islower():
            yield line
        elif not line.titled and not line.text.endswith(":"):
            return


def _second_list(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield headings '<body> should:' that look like headings, have numbered items, or follow a title."""
    titled_at = -_TITLE_REACH
    for i, line in enumerate(lines):
        if is_name(line.text.lstrip("0123456789. "), "Recommendations"):
            titled_at = i
        below = bullet_of(lines[i + 1]) if i + 1 < len(lines) else None
        numbered = below is not None and below.number is not None
        if ends_heading(line) and (line.titled or numbered or i - titled_at < _TITLE_REACH):
            yield line


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


def _text(place: int, item: ListItem, vocabulary: Vocabulary, notes: Notes) -> str:
    for line, before, after in zip(item.lines[1:], item.texts, item.texts[1:], strict=False):
        if doubtful_hyphen(before, after, vocabulary):
            notes.warn(
                "the hyphen at the end of the line before may belong to the word or to the line break: kept",
                line.number,
            )
        if doubtful_space(before, after, vocabulary):
            notes.warn("the line before may end inside a word", line.number)
    text = joined(item.texts, vocabulary).strip()
    _check_text(text, place, item.lines[0].number, notes)
    _note_cut_word(text, place, item.lines[0].number, vocabulary, notes)
    return text


def _check_text(text: str, place: int, line: int, notes: Notes) -> None:
    fused = next((m for m in _FUSED_NUMBER.finditer(text) if _begins_another(text, m, place)), None)
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
    if stuck := _ATTACHED_FIGURE.search(text):
        notes.warn(f"'{stuck[0]}' in recommendation {place}: is the figure that of a footnote?", line)


def _begins_another(text: str, match: re.Match[str], place: int) -> bool:
    """Whether a number begins another item. A sentence may end with a number, so a capital needs the next."""
    outside_brackets = text.count("(", 0, match.start()) <= text.count(")", 0, match.start())
    return outside_brackets and (text[match.end()].islower() or int(match[1]) == place + 1)


def _note_cut_word(text: str, place: int, line: int, vocabulary: Vocabulary, notes: Notes) -> None:
    """Warn of a first word that occurs nowhere else, if the report has it with a few letters before it."""
    word = re.match(r"[a-z]{3,}", text)
    if not word or vocabulary.count(word[0]) > 1:
        return
    longer = [
        w for w in vocabulary.words if w.endswith(word[0]) and 0 < len(w) - len(word[0]) <= _MOST_LETTERS_CUT
    ]
    if longer:
        notes.warn(
            f"recommendation {place} begins with '{word[0]}', which the report has nowhere else: is it "
            f"'{min(longer)}' with its first letters cut off?",
            line,
        )


def _note_odd_endings(items: Sequence[ListItem], notes: Notes) -> None:
    """Warn if a full stop suggests that a heading or the end of the list is missing."""
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
