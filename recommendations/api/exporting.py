"""Exports every row of a list as CSV, NDJSON or XLSX, with the scope and the columns of its pages."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from threading import BoundedSemaphore
from typing import IO, Any

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import ValidationError

from recommendations.api.errors import Busy
from recommendations.api.formats import FORMATS
from recommendations.api.renderers import to_line
from recommendations.api.views.resource import RecordResource
from recommendations.exports import Column, TooManyRows, csv_stream, ndjson_stream, xlsx_file

# The columns of a table, and blocks of its rows.
Exported = tuple[Sequence[Column], Iterator[Any]]
# Each export holds a thread for as long as the caller reads.
_at_once = BoundedSemaphore(settings.EXPORTS_AT_ONCE)


class Stream:
    """A streamed answer that calls `give_back` when it ends, fails or is closed.

    The first piece is made before the answer starts: an early error becomes a refusal.
    """

    def __init__(self, pieces: Iterator[bytes], give_back: Callable[[], None]) -> None:
        self._source = pieces
        self._pieces = chain([next(pieces)], pieces)
        self._give_back: Callable[[], None] | None = give_back

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        give_back, self._give_back = self._give_back, None
        if give_back is None:
            return
        try:
            self._source.close()  # type: ignore[attr-defined]  # It is a generator.
        finally:
            give_back()


def export(view: RecordResource, exported: Callable[[], Exported]) -> HttpResponseBase:
    """Every row of the list of `view`. Raises Busy if too many exports run in this process."""
    if not _at_once.acquire(blocking=False):
        raise Busy("Too many exports are running. Try again in a few seconds.")
    stream = None
    try:
        columns, blocks = exported()
        if view.export_format == "xlsx":
            answer: HttpResponseBase = FileResponse(_spreadsheet(view, columns, blocks))
        else:
            stream = Stream(_pieces(view, columns, blocks), _at_once.release)
            answer = StreamingHttpResponse(stream)
    finally:
        if stream is None:
            _at_once.release()
    chosen = FORMATS[view.export_format]
    answer["Content-Type"] = f"{chosen.media_type}; charset=utf-8" if stream else chosen.media_type
    answer["Content-Disposition"] = f'attachment; filename="{_noun(view)}-{view.today}.{chosen.format}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Record-End"] = str(view.record_end)
    return answer


def _pieces(view: RecordResource, columns: Sequence[Column], blocks: Iterator[Any]) -> Iterator[bytes]:
    return csv_stream(columns, blocks) if view.is_table else _lines(blocks)


def _lines(blocks: Iterator[Any]) -> Iterator[bytes]:
    lines = ndjson_stream(blocks, to_line)
    yield next(lines, b"")  # An empty list has no lines.
    yield from lines


def _spreadsheet(view: RecordResource, columns: Sequence[Column], blocks: Iterator[Any]) -> IO[bytes]:
    try:
        return xlsx_file(columns, blocks, sheet=_noun(view).replace("-", " ").capitalize())
    except TooManyRows as refusal:
        raise ValidationError({"format": str(refusal)}) from refusal


def _noun(view: RecordResource) -> str:
    """The last part of the list's address."""
    return view.request.path.rstrip("/").rpartition("/")[2]
