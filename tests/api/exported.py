"""What an export of the API holds, as rows."""

import csv
import io
import json
from datetime import datetime
from typing import Any

from openpyxl import load_workbook

from recommendations.exports.cells import plain_number, without_formula


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def table_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body_of(answer).decode("utf-8-sig"))))


def objects_of(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body_of(answer).splitlines()]


def sheet_of(answer: Any) -> list[dict[str, str]]:
    heading, *rows = load_workbook(io.BytesIO(body_of(answer))).active.iter_rows(values_only=True)
    return [{name: words_of({"": cell}, "") for name, cell in zip(heading, row, strict=True)} for row in rows]


def words_of(row: dict[str, Any], column: str) -> str:
    """The value of a column in an object of the list, as a cell of CSV has it."""
    value: Any = row
    for name in column.split("."):
        value = value.get(name) if value else None
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float():
            return plain_number(value)
        case datetime():
            return value.date().isoformat()
    return without_formula(str(value))
