"""Reads the cover of a report: title, inspected body, region, inspectorate and date of publication."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from recommendations.intake.lines import Line, letters
from recommendations.intake.names import fuller_addressees, header_bodies, whole_name
from recommendations.intake.printed_dates import DAY, MONTH, PrintedDate, printed_date
from recommendations.intake.problems import Notes
from recommendations.intake.prose import RunningText, Vocabulary, running_text, sentence_continues

_COVER_LINES = 60
_TITLE_LINES = 4
_MAJESTY = r"(?:HM|His Majesty's|Her Majesty's)"
_WHEN = rf"(?P<when>(?:{DAY} )?(?:{MONTH} )?\d{{4}})"
_PUBLISHER = rf"(?:\b(?:{_MAJESTY}|M) )?(?:\bI?n?s?pectorate of|\bof) (?P<field>[A-Z][a-z]+)"
_PUBLISHER_FIRST = re.compile(rf"{_PUBLISHER}[,.:;]?(?: -)? (?:[Pp]ublished:? (?:in )?)?{_WHEN}$")
_DATE_FIRST = re.compile(rf"\b{_WHEN}[,.:;]?(?: -)? {_PUBLISHER}$")
_DATE_ALONE = re.compile(rf"\b[Pp]ublished:? (?:in |on )?(?P<field>){_WHEN}$")
# Forms of the imprint and its number of lines, in the order in which they are tried.
_IMPRINTS = (
    (_PUBLISHER_FIRST, 1),
    (_DATE_FIRST, 1),
    (_PUBLISHER_FIRST, 2),
    (_DATE_FIRST, 2),
    (_DATE_ALONE, 1),
)
_DECORATION = re.compile(
    r"official(?: ?[-:] ?[a-z]+)?|(?:an? |the )?inspection report|(?:report )?published(?: by| in| on)?:?"
    r"|!\[.*|<?(?:https?://|www\.)\S+",
    re.IGNORECASE,
)
_PUBLISHED_BY = re.compile(r"\s*(?:(?:report )?published(?: by)?:?)?\s*$", re.IGNORECASE)
_TITLE_OPENS = re.compile(r"\W*(?:a?n? )?i?n?s?pection of [a-z -]{3,60}? service", re.IGNORECASE)
_TITLE = re.compile(
    r"\W*(?:a?n? )?i?n?s?pection of (?P<kind>[a-z -]{3,60}?) services? in ?:? ?"
    r"(?!\W*(?:the |he |e )?probation service\b)"
    r"(?P<body>\S.{2,120}?),? (?:the |he |e )?probation service[ :,-]{0,4}(?P<region>.{3,80})$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"copyright,? (\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class Cover:
    """The facts of the cover, and the line on which its title begins."""

    title: str
    body: str
    region: str
    inspectorate: str
    published: PrintedDate
    line: int


@dataclass(frozen=True)
class _Imprint:
    """The imprint and its position among the cover's lines; `field` is "" if it names no inspectorate."""

    first: int
    before: str
    field: str
    when: str
    line: int


def read_cover(lines: Sequence[Line], notes: Notes) -> Cover | None:
    """Read the cover from the first lines that are not blank; note problems and return None."""
    front = [line for line in lines[:_COVER_LINES] if not _DECORATION.fullmatch(line.text[:200])]
    start = next((i for i in range(len(front)) if _opens_title(front[i : i + 2])), None)
    imprint = next(_imprints(front), None)
    if start is None:
        notes.refuse(
            "no title was found: expected 'An inspection of probation services in: "
            "<body inspected> The Probation Service - <region>' on the first page",
            1,
        )
    if imprint is None:
        notes.refuse(
            "no imprint was found: expected the inspectorate and the month of publication, "
            "like 'HM Inspectorate of Probation, August 2023', on the first page",
            1,
        )
    if start is None or imprint is None:
        return None
    return _cover(lines, _title_lines(front, start, imprint), imprint, notes)


def _opens_title(lines: Sequence[Line]) -> bool:
    return _TITLE_OPENS.match(" ".join(line.text for line in lines)) is not None


def _imprints(front: Sequence[Line]) -> Iterator[_Imprint]:
    for form, span in _IMPRINTS:
        for i in range(len(front) - span + 1):
            part = front[i : i + span]
            match = form.search(" ".join(line.text for line in part))
            # The pattern takes any word for a month, so "copyright 2023" above the publisher must fail here.
            if match and (form is _PUBLISHER_FIRST or printed_date(match["when"])):
                before = _PUBLISHED_BY.sub("", match.string[: match.start()])
                yield _Imprint(i, before, match["field"], match["when"], part[-1].number)


def _title_lines(front: Sequence[Line], start: int, imprint: _Imprint) -> list[Line]:
    """Return the title's lines: up to the imprint, or up to the next gap if the imprint is above."""
    if start > imprint.first:
        below = takewhile(lambda line: not line.gap, front[start + 1 : start + _TITLE_LINES])
        return [front[start], *below]
    last = [replace(front[imprint.first], text=imprint.before)] if imprint.before else []
    return [*front[start : imprint.first], *last]


def _cover(lines: Sequence[Line], titled: Sequence[Line], imprint: _Imprint, notes: Notes) -> Cover | None:
    published = _published(imprint, lines, notes)
    inspectorate = _inspectorate(imprint, lines, notes)
    line = titled[0].number
    words = running_text(titled, Vocabulary(tuple(lines)))
    title = _TITLE.match(words.text)
    if title is None:
        notes.refuse(
            f"the title reads '{words.text[:160].strip()}': expected 'An inspection of probation "
            "services in: <body inspected> The Probation Service - <region>'",
            line,
        )
        return None
    headers = [name for _, name in header_bodies(lines)]
    body = whole_name(title["body"], lines, known=headers, what="the inspected body", line=line, notes=notes)
    start = title.start("region")
    cut = [words.text[start:at].strip(" .,:;-") for at in _breaks(words, titled) if at > start]
    printed = _region([*filter(None, cut), title["region"].strip()], titled, lines, notes)
    region = printed and whole_name(printed, lines, known=(), what="the region", line=line, notes=notes)
    if not (body and region and published and inspectorate):
        return None
    _check_names(body, region, titled, lines, notes)
    name = f"An inspection of {title['kind'].lower()} services in {body}"
    return Cover(name, body, region, inspectorate, published, line)


def _breaks(words: RunningText, titled: Sequence[Line]) -> list[int]:
    """Return the positions in the title at which a line ends and the sentence may end too."""
    each = zip(words.starts[1:], pairwise(titled), strict=True)
    return [at for at, (above, below) in each if not sentence_continues(above, below)]


def _region(forms: Sequence[str], titled: Sequence[Line], lines: Sequence[Line], notes: Notes) -> str | None:
    """Choose the region's name, which other lines of the cover may follow.

    `forms` go from its first line alone to everything above the imprint. The longest form that the report
    prints elsewhere wins, then one that ends in "region".
    """
    whole = forms[-1]
    if len(forms) == 1:
        return whole
    found = next(_likely_regions(forms, titled, lines), None)
    if found is None:
        notes.refuse(
            f"the region reads '{forms[0]}' or '{whole}': expected its name alone between the title "
            "and the imprint",
            titled[-1].number,
        )
    elif found != whole:
        notes.warn(
            f"'{whole[len(found) :].strip()}' on the cover is not read as part of '{found}'",
            titled[-1].number,
        )
    return found


def _likely_regions(forms: Sequence[str], titled: Sequence[Line], lines: Sequence[Line]) -> Iterator[str]:
    cover = {line.number for line in titled}
    text = " ".join(line.text for line in lines if line.number not in cover).lower()
    yield from (form for form in reversed(forms) if re.search(rf"{re.escape(form.lower())}\b", text))
    yield from (form for form in forms if form.lower().endswith(" region"))
    if not any(line.gap for line in titled[1:]):
        yield forms[-1]


def _published(imprint: _Imprint, lines: Iterable[Line], notes: Notes) -> PrintedDate | None:
    published = printed_date(imprint.when)
    if published is None:
        notes.refuse(
            f"the date of publication reads '{imprint.when}': expected a month and a year, "
            "like 'August 2023'",
            imprint.line,
        )
        return None
    for line in lines:
        match = _COPYRIGHT.search(line.text)
        if match and int(match[1]) != published.latest.year:
            note = notes.warn if int(match[1]) + 1 == published.latest.year else notes.refuse
            note(
                f"the copyright is of {match[1]} and the cover says '{imprint.when}' (line {imprint.line}): "
                "expected the same year",
                line.number,
            )
    return published


def _inspectorate(imprint: _Imprint, lines: Iterable[Line], notes: Notes) -> str | None:
    field = imprint.field or "[A-Z][a-z]+"
    full = re.compile(rf"\b{_MAJESTY} Inspectorate of {field}\b")
    named = Counter(name for line in lines for name in full.findall(line.text))
    if not named or (not imprint.field and 2 * max(named.values()) <= named.total()):
        notes.refuse(
            f"the full name of the inspectorate '... of {imprint.field or '...'}' was not found, or is not "
            f"the only one: expected 'HM Inspectorate of {imprint.field or 'Probation'}'",
            imprint.line,
        )
        return None
    return named.most_common(1)[0][0]


def _check_names(body: str, region: str, titled: Sequence[Line], lines: Sequence[Line], notes: Notes) -> None:
    """Check that page headers and addressees use the same names as the title."""
    for line, named in header_bodies(lines):
        if not letters(body).startswith(letters(named)):
            notes.refuse(
                f"a page header names '{named}' as the body inspected: expected '{body}', as the title does",
                line.number,
            )
            break
    for what, name, other in (("body", body, region), ("region", region, body)):
        for line, fuller in fuller_addressees(name, lines):
            if fuller.lower() != other.lower():
                notes.refuse(
                    f"the title names the {what} '{name}' and this heading '{fuller}': expected one name",
                    line.number,
                )
