"""Writes rows as CSV, NDJSON, XLSX and DOCX. No cell is a formula, and all but DOCX take constant memory."""

from recommendations.exports.cells import Block, Column, ColumnKind
from recommendations.exports.document import docx_file
from recommendations.exports.lines import ndjson_stream
from recommendations.exports.print_layout import PrintLayout
from recommendations.exports.sheet import MOST_XLSX_ROWS, TooManyRows, xlsx_file
from recommendations.exports.table import csv_stream

__all__ = [
    "MOST_XLSX_ROWS",
    "Block",
    "Column",
    "ColumnKind",
    "PrintLayout",
    "TooManyRows",
    "csv_stream",
    "docx_file",
    "ndjson_stream",
    "xlsx_file",
]
