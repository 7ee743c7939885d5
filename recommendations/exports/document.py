"""A table with its title block → DOCX on A4 across: a real table, which staff can go on writing in.

What it looks like is in its styles, so that whoever changes a style changes the whole document.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor

from recommendations.exports.cells import as_utc, legible
from recommendations.exports.paper import Paper

LANGUAGE = "en-GB"
FONT = "Arial"
_BLACK = RGBColor(0, 0, 0)
_WIDTH, _HEIGHT, _MARGIN = Mm(297), Mm(210), Mm(15)
HEADING, CELL, DETAIL = "Table heading", "Table text", "Plan detail"

Group = Sequence[Sequence[int | str]]
"""Rows of which the first cells are the same."""


def docx_file(headings: Sequence[str], groups: Iterable[Group], *, spanning: int, paper: Paper) -> BytesIO:
    """A document at its beginning. Lines of a cell are paragraphs; `spanning` first cells span a group.

    What XML forbids is replaced by a mark. It says nothing of who made it, or with what.
    """
    document = Document()
    _plainly_made(document, paper)
    _styled(document)
    _across(document)
    document.add_paragraph(legible(paper.title), "Title")
    for what, words in paper.details:
        paragraph = document.add_paragraph(style=DETAIL)
        paragraph.add_run(f"{what}: ", "Strong")
        paragraph.add_run(legible(words))
    for note in paper.notes:
        document.add_paragraph(legible(note), DETAIL)
    _fill(_table(document, headings, paper), groups, spanning)
    file = BytesIO()
    document.save(file)
    file.seek(0)
    return file


def _plainly_made(document: Any, paper: Paper) -> None:
    """The title and the instant; nothing of what the library's own template says of its maker."""
    about = document.core_properties
    about.title, about.language = legible(paper.title), LANGUAGE
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = as_utc(paper.made)
    links = document.part.package.rels
    for key, link in list(links.items()):
        # A picture of another document, and a list of facts about the machine that it was made on.
        if link.reltype.endswith("/thumbnail") or link.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
            del links[key]


def _styled(document: Any) -> None:
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    title = styles["Title"]
    for border in title.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _look(styles["Normal"], size=11, after=6)
    _look(title, size=20, after=10, bold=True)
    styles.add_style(DETAIL, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, is_bold in ((HEADING, True), (CELL, False)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _look(style, size=10, after=3, bold=is_bold)


def _look(style: Any, *, size: int, after: int, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    # The theme's font, which the template names, would win.
    fonts = style.element.rPr.rFonts
    for key in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[key]
    style.font.color.rgb = _BLACK
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(after), 1.15


def _across(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _WIDTH, _HEIGHT
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", _MARGIN)
    footer = section.footer.paragraphs[0]
    footer.add_run("Page ")
    footer._p.append(_field("PAGE"))  # noqa: SLF001  The library has no fields.
    footer.add_run(" of ")
    footer._p.append(_field("NUMPAGES"))  # noqa: SLF001


def _field(name: str) -> Any:
    """A number that Word reckons; until it does, 1."""
    field, run, text = (OxmlElement(tag) for tag in ("w:fldSimple", "w:r", "w:t"))
    field.set(qn("w:instr"), name)
    text.text = "1"
    run.append(text)
    field.append(run)
    return field


def _table(document: Any, headings: Sequence[str], paper: Paper) -> Any:
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), legible(paper.title))
    table._tbl.tblPr.append(caption)  # noqa: SLF001  The library has no such property.
    whole = _WIDTH - 2 * _MARGIN
    [row] = table.rows
    for at, cell in enumerate(row.cells):
        width = Length(whole * paper.widths[at] // sum(paper.widths))
        table.columns[at].width = cell.width = width
        cell.paragraphs[0].style = HEADING
        cell.paragraphs[0].add_run(headings[at])
    # What makes it a heading to a screen reader, and puts it on every page.
    _mark(row, "w:tblHeader")
    _mark(row, "w:cantSplit")
    return table


def _mark(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))  # noqa: SLF001  The library has no such property.


def _fill(table: Any, groups: Iterable[Group], spanning: int) -> None:
    for group in groups:
        for place, values in enumerate(group):
            row = table.add_row()
            _mark(row, "w:cantSplit")
            for at, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
                spans = at < spanning and len(group) > 1
                _write(cell, "" if spans and place else str(value))
                if spans:
                    cell._tc.vMerge = "continue" if place else "restart"  # noqa: SLF001  Nothing else is linear.


def _write(cell: Any, words: str) -> None:
    first, *others = legible(words).split("\n")
    cell.paragraphs[0].style = CELL
    cell.paragraphs[0].add_run(first)
    for line in others:
        cell.add_paragraph(line, CELL)
