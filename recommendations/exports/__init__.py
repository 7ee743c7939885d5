"""Rows of any query as CSV, NDJSON and XLSX: in constant memory, and with no formula in any of them."""

from recommendations.exports.cells import Block, Column, Kind, as_cell
from recommendations.exports.lines import ndjson_stream
from recommendations.exports.sheet import MOST_XLSX_ROWS, TooManyRows, xlsx_file
from recommendations.exports.table import csv_stream

__all__ = [
    "MOST_XLSX_ROWS",
    "Block",
    "Column",
    "Kind",
    "TooManyRows",
    "as_cell",
    "csv_stream",
    "ndjson_stream",
    "xlsx_file",
]
