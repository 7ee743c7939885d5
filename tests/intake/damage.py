"""Damage that copying from a PDF does to a report's text. Each function returns a damaged text."""

import re
import textwrap
from collections.abc import Callable, Sequence

Damage = Callable[[str], str]

_ITEM = re.compile(r"^(?:- (?:\d+\. )?|\d+\. )", re.MULTILINE)
_COVER = re.compile(r"^# (An inspection of .*? in): \*\*(.*?)\*\*", re.MULTILINE)


def header(text: str) -> str:
    """The title as page headers repeat it."""
    title = _COVER.search(text)
    return f"{title[1]} {title[2]}" if title else ""


def in_recommendations(text: str, change: Damage) -> str:
    """Changes the list of recommendations alone."""
    start = text.index("## Recommendations\n")
    end = text.index("## Background\n")
    return text[:start] + change(text[start:end]) + text[end:]


def in_ratings(text: str, change: Damage) -> str:
    """Changes the ratings table alone."""
    start = text.index("## Ratings\n")
    end = text.index("## Recommendations\n")
    return text[:start] + change(text[start:end]) + text[end:]


def windows_line_ends(text: str) -> str:
    """CRLF."""
    return text.replace("\n", "\r\n")


def odd_spaces(text: str) -> str:
    """Every third space is a non-breaking, narrow or figure space."""
    spaces = iter(("\u00a0", "\u202f", "\u2007") * len(text))
    words = text.split(" ")
    glue = (next(spaces) if i % 3 == 2 else " " for i in range(len(words)))
    return "".join(word + space for word, space in zip(words, glue, strict=True)).rstrip(" ")


def curly_quotes(text: str) -> str:
    """'x' to ‘x’ and don't to don’t."""
    return re.sub(r"(?<![A-Za-z])'", "‘", text).replace("'", "’")


def ligatures(text: str) -> str:
    """ﬁ and ﬂ for fi and fl."""
    return text.replace("fi", "ﬁ").replace("fl", "ﬂ")


def other_dashes(text: str) -> str:
    """A hyphen for each en dash."""
    return text.replace("–", "-")


def long_dashes(text: str) -> str:
    """An em dash for each en dash."""
    return text.replace("–", "—")


def invisible_marks(text: str) -> str:
    """Soft hyphens and zero-width spaces inside words, and a byte order mark."""
    return "\ufeff" + text.replace("tion", "\u00adtion").replace("ment", "\u200bment")


def no_markup(text: str) -> str:
    """Plain text: no heading marks, no bold, no underlining."""
    return re.sub(r"^#+ |\*\*|</?u>", "", text, flags=re.MULTILINE)


def headings_of_another_level(text: str) -> str:
    """Every heading one level, without bold."""
    return re.sub(r"^#+ \**(.*?)\**$", r"### \1", text, flags=re.MULTILINE)


def bold_headings(text: str) -> str:
    """Bold lines for headings."""
    return re.sub(r"^#+ \**([^*\n]+)\**$", r"**\1**", text, flags=re.MULTILINE)


def bullets(text: str) -> str:
    """• for each dash."""
    return re.sub(r"^- ", "• ", text, flags=re.MULTILINE)


def brackets(text: str) -> str:
    """1) for 1."""
    return in_recommendations(text, lambda part: re.sub(r"^(- )?(\d+)\. ", r"\2) ", part, flags=re.MULTILINE))


def no_numbers(text: str) -> str:
    """Only dashes left."""
    return in_recommendations(text, lambda part: _ITEM.sub("- ", part))


def no_dashes(text: str) -> str:
    """Only the numbers left."""
    return in_recommendations(text, lambda part: re.sub(r"^- (?=\d)", "", part, flags=re.MULTILINE))


def no_marks(text: str) -> str:
    """Neither dash nor number, one recommendation a line."""
    return in_recommendations(text, lambda part: _ITEM.sub("", part))


def all_ones(text: str) -> str:
    """Markdown's lazy list: each item is number 1."""
    return in_recommendations(text, lambda part: _ITEM.sub("1. ", part))


def numbers_start_again(text: str) -> str:
    """Each addressee's list starts at 1."""

    def change(part: str) -> str:
        blocks = re.split(r"(?<=should:)|(?<=should:\*\*)", part)
        return "".join(_renumbered(block) for block in blocks)

    return in_recommendations(text, change)


def _renumbered(block: str) -> str:
    numbers = iter(range(1, 100))
    return _ITEM.sub(lambda _: f"{next(numbers)}. ", block)


def wrapped(text: str, width: int = 78) -> str:
    """Every long line of prose wrapped; tables are left alone."""
    return "\n".join(
        line if "\t" in line else textwrap.fill(line, width, break_on_hyphens=False)
        for line in text.split("\n")
    )


def wrapped_narrow(text: str) -> str:
    """Wrapped at 50, breaking at hyphens too."""
    return "\n".join(line if "\t" in line else textwrap.fill(line, 50) for line in text.split("\n"))


def page_breaks(text: str) -> str:
    """A page number and the running header after every seventh line of prose, lists included."""
    lines = text.split("\n")
    out = []
    for i, line in enumerate(lines):
        out.append(line)
        if i > 30 and i % 7 == 0 and "\t" not in line:
            out += ["", str(i // 7), "", header(text), ""]
    return "\n".join(out)


def page_breaks_inside_items(text: str) -> str:
    """Wrapped, and a page's edge inside recommendations, without blank lines."""
    return in_recommendations(
        wrapped(text),
        lambda part: part.replace("\nsafeguarding", f"\nPage 5 of 27\n{header(text)}\nsafeguarding").replace(
            "\nfrom Black", f"\n- 6 -\n\n{header(text)}\n\nfrom Black"
        ),
    )


def no_blank_lines(text: str) -> str:
    """Every blank line lost."""
    return re.sub(r"\n\s*\n+", "\n", text)


def many_blank_lines(text: str) -> str:
    """A blank line after every line."""
    return text.replace("\n", "\n\n")


def spaces_for_tabs(text: str) -> str:
    """Table cells parted by runs of spaces."""
    return text.replace("\t", "     ")


def single_spaces_for_tabs(text: str) -> str:
    """Table cells parted by one space."""
    return text.replace("\t", " ")


def pipes_for_tabs(text: str) -> str:
    """Markdown tables."""
    lines = []
    for line in text.split("\n"):
        cells = line.split("\t")
        lines.append(f"| {' | '.join(cells)} |" if len(cells) > 1 else line)
        if line.startswith(("Key question", "Outcomes\t")):
            lines.append("|---|---|")
    return "\n".join(lines)


def cells_on_own_lines(text: str) -> str:
    """The cells of the ratings table one below the other."""
    return in_ratings(text, lambda part: part.replace("\t", "\n"))


def cut_ratings(text: str) -> str:
    """First letters cut off throughout the ratings table."""
    return in_ratings(
        text,
        lambda part: (
            part.replace("1.1\tLeadership", ".1\teadership")
            .replace("Requires", "quires")
            .replace("2.2\tAssess", "sess")
            .replace("Good", "ood")
        ),
    )


def cut_title(text: str) -> str:
    """First letters cut off on the cover."""
    return text.replace("# An inspection of", "# n inspection of").replace("in: **Bristol", "in: **ristol")


def cut_addressees(text: str) -> str:
    """First letters cut off above the lists."""
    return text.replace(
        "**Bristol and South Gloucestershire PDU should", "**ristol and South Gloucestershire PDU should"
    ).replace("#### South West region should", "#### outh West region should")


def wrapped_title(text: str) -> str:
    """The cover's title over four lines."""
    return text.replace("in: **Bristol", "in:\n\n**Bristol").replace(
        "PDU** The Probation Service ", "PDU**\nThe Probation Service\n"
    )


def wrapped_addressees(text: str) -> str:
    """'should:' and parts of names on lines of their own."""
    return (
        text.replace("Gloucestershire PDU should:**", "Gloucestershire PDU\nshould:**")
        .replace("#### South West region should:", "South West\nregion should:")
        .replace("Probation Service should:", "Probation Service should :")
    )


def fused_ratings(text: str) -> str:
    """The ratings in the sections run into the sentences beside them."""
    return re.sub(r"\n\nRequires improvement\n\n", "Requires improvement ", text)


def entities(text: str) -> str:
    """HTML entities."""
    return text.replace("'", "&#39;").replace("–", "&ndash;")


def html_bold(text: str) -> str:
    """HTML for bold and headings."""
    return re.sub(r"^#+ \**([^*\n]+)\**$", r"<strong>\1</strong>", text, flags=re.MULTILINE)


def hyphenated(text: str) -> str:
    """Words of the list broken at the line's end with a hyphen."""
    return in_recommendations(
        text,
        lambda part: part.replace("managem", "manage-\nm").replace("probation ser", "proba-\ntion ser"),
    )


def fused_heading(text: str) -> str:
    """A heading and its first recommendation on one line."""
    return text.replace("#### South West region should:\n\n7.", "South West region should: 7.")


def table_percent_words(text: str) -> str:
    """'31 per cent' in the tables for '31%'."""
    return re.sub(r"\t(\d+)%", r"\t\1 per cent", text)


def wrapped_questions(text: str) -> str:
    """The questions of the tables over two lines."""
    return re.sub(r"^((?:Do|Does|Is) .{30,40}?) (.*\t\d+%)$", r"\1\n\2", text, flags=re.MULTILINE)


DAMAGES: tuple[Damage, ...] = (
    windows_line_ends,
    odd_spaces,
    curly_quotes,
    ligatures,
    other_dashes,
    long_dashes,
    invisible_marks,
    no_markup,
    headings_of_another_level,
    bold_headings,
    bullets,
    brackets,
    no_numbers,
    no_dashes,
    no_marks,
    all_ones,
    numbers_start_again,
    wrapped,
    wrapped_narrow,
    page_breaks,
    page_breaks_inside_items,
    no_blank_lines,
    many_blank_lines,
    spaces_for_tabs,
    single_spaces_for_tabs,
    pipes_for_tabs,
    cells_on_own_lines,
    cut_ratings,
    cut_title,
    cut_addressees,
    wrapped_title,
    wrapped_addressees,
    fused_ratings,
    entities,
    html_bold,
    hyphenated,
    fused_heading,
    table_percent_words,
    wrapped_questions,
)


def unmarked_and_wrapped(text: str) -> str:
    """No bullets, and wrapped lines: the beginning of an item is not visible."""
    return in_recommendations(no_marks(text), lambda part: wrapped(part, 60))


def unmarked_and_double_spaced(text: str) -> str:
    """The same with a blank line after every line."""
    return many_blank_lines(unmarked_and_wrapped(text))


def last_item_in_two(text: str) -> str:
    """The last item broken early, so that its rest may be another item."""
    return text.replace("for commissioned rehab", "for commissioned\nrehab")


def strange_header(text: str) -> str:
    """A header that is no title of the report, inside the list."""
    return text.replace("- 3. improve", "DRAFT FOR COMMENT\n- 3. improve")


def ratings_apart(text: str) -> str:
    """The ratings of the table below all its names."""
    rows = re.findall(r"^(\d\.\d)\t(.*?)\t(.*?)\t$", text, flags=re.MULTILINE)
    names = "\n".join(f"{number} {name}" for number, name, _ in rows)
    ratings = "\n".join(rating for *_, rating in rows)
    return in_ratings(text, lambda _: f"## Ratings\n\nScore 6/27\n{names}\n{ratings}\n\n")


def percentages_apart(text: str) -> str:
    """The percentages of a table below all its questions."""
    row = r"(Does assessment.*)\t(\d+%)\n"
    return re.sub(row * 3, r"\1\n\3\n\5\n\2\n\4\n\6\n", text)


HEAVY_DAMAGES: tuple[Damage, ...] = (
    unmarked_and_wrapped,
    unmarked_and_double_spaced,
    last_item_in_two,
    strange_header,
    ratings_apart,
    percentages_apart,
)


def applied(damages: Sequence[Damage], text: str) -> str | None:
    """Apply the damages in turn; return None if one removed the headings that another needs."""
    for damage in damages:
        try:
            text = damage(text)
        except ValueError:
            return None
    return text
