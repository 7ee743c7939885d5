"""Writes a table with its title block as a Word document on A4 landscape, for staff to go on editing.

The look is in named styles, so that a change of one style changes the whole document.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentFile
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row

from recommendations.exports.cells import as_utc, xml_text
from recommendations.exports.print_layout import PrintLayout

LANGUAGE = "en-GB"
FONT = "Arial"
_BLACK = RGBColor(0, 0, 0)
_WIDTH, _HEIGHT, _MARGIN = Mm(297), Mm(210), Mm(15)
HEADING, CELL, DETAIL = "Table heading", "Table text", "Plan detail"

Group = Sequence[Sequence[int | str]]
"""Rows whose first cells are equal."""


def docx_file(
    headings: Sequence[str], groups: Iterable[Group], *, spanning: int, layout: PrintLayout
) -> BytesIO:
    """Return the document at its start. The first `spanning` cells of a group are merged.

    Each line of a cell is a paragraph. The document does not name its author or its program.
    """
    document = Document()
    _set_properties(document, layout)
    _set_styles(document)
    _set_landscape(document)
    document.add_paragraph(xml_text(layout.title), "Title")
    for name, value in layout.details:
        paragraph = document.add_paragraph(style=DETAIL)
        paragraph.add_run(f"{name}: ", "Strong")
        paragraph.add_run(xml_text(value))
    for note in layout.notes:
        document.add_paragraph(xml_text(note), DETAIL)
    _fill(_table(document, headings, layout), groups, spanning)
    file = BytesIO()
    document.save(file)
    file.seek(0)
    return file


def _set_properties(document: DocumentFile, layout: PrintLayout) -> None:
    """Set the title and the instant, and remove the facts about the library's own template."""
    about = document.core_properties
    about.title, about.language = xml_text(layout.title), LANGUAGE
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = as_utc(layout.made)
    links = document.part.package.rels
    for key, link in list(links.items()):
        # A picture of another document, and facts about the machine that made the template.
        if link.reltype.endswith("/thumbnail") or link.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
            del links[key]


def _set_styles(document: DocumentFile) -> None:
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    title = styles["Title"]
    for border in title.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _set_font(styles["Normal"], size=11, after=6)
    _set_font(title, size=20, after=10, bold=True)
    styles.add_style(DETAIL, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, is_bold in ((HEADING, True), (CELL, False)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _set_font(style, size=10, after=3, bold=is_bold)


def _set_font(style: ParagraphStyle, *, size: int, after: int, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    # The theme's font, which the template names, would take precedence.
    fonts = style.element.rPr.rFonts
    for key in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[key]
    style.font.color.rgb = _BLACK
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(after), 1.15


def _set_landscape(document: DocumentFile) -> None:
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


def _field(name: str) -> BaseOxmlElement:
    """Return a number that Word computes; it shows 1 until then."""
    field, run, text = (OxmlElement(tag) for tag in ("w:fldSimple", "w:r", "w:t"))
    field.set(qn("w:instr"), name)
    text.text = "1"
    run.append(text)
    field.append(run)
    return field


def _table(document: DocumentFile, headings: Sequence[str], layout: PrintLayout) -> Table:
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), xml_text(layout.title))
    table._tbl.tblPr.append(caption)  # noqa: SLF001  The library has no such property.
    available = _WIDTH - 2 * _MARGIN
    [row] = table.rows
    for at, cell in enumerate(row.cells):
        width = Length(available * layout.widths[at] // sum(layout.widths))
        table.columns[at].width = cell.width = width
        cell.paragraphs[0].style = HEADING
        cell.paragraphs[0].add_run(headings[at])
    # Repeats the headings on every page, and marks them for screen readers.
    _add_row_property(row, "w:tblHeader")
    _add_row_property(row, "w:cantSplit")
    return table


def _add_row_property(row: _Row, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))  # noqa: SLF001  The library has no such property.


def _fill(table: Table, groups: Iterable[Group], spanning: int) -> None:
    for group in groups:
        for place, values in enumerate(group):
            row = table.add_row()
            _add_row_property(row, "w:cantSplit")
            for at, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
                spans = at < spanning and len(group) > 1
                _write_cell(cell, "" if spans and place else str(value))
                if spans:
                    cell._tc.vMerge = "continue" if place else "restart"  # noqa: SLF001  `merge` takes quadratic time.


def _write_cell(cell: _Cell, words: str) -> None:
    first, *others = xml_text(words).split("\n")
    cell.paragraphs[0].style = CELL
    cell.paragraphs[0].add_run(first)
    for line in others:
        cell.add_paragraph(line, CELL)
