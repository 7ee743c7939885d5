"""Rows of any query as CSV, NDJSON and XLSX: in constant memory, and with no formula in any of them.

A table that is read on paper leaves as a Word document as well.
"""

from recommendations.exports.cells import Block, Column, ColumnKind
from recommendations.exports.document import docx_file
from recommendations.exports.lines import ndjson_stream
from recommendations.exports.paper import Paper
from recommendations.exports.sheet import MOST_XLSX_ROWS, TooManyRows, xlsx_file
from recommendations.exports.table import csv_stream

__all__ = [
    "MOST_XLSX_ROWS",
    "Block",
    "Column",
    "ColumnKind",
    "Paper",
    "TooManyRows",
    "csv_stream",
    "docx_file",
    "ndjson_stream",
    "xlsx_file",
]
