"""Rows → NDJSON: an object a line, and a last line that says so if the rows broke off."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from recommendations.errors import DomainError
from recommendations.exports.cells import closed_after

BROKEN_OFF = "The rows broke off here, and more were to come. Ask again from the beginning."


def ndjson_stream(
    blocks: Iterable[Sequence[dict[str, Any]] | bytes], to_line: Callable[[Any], bytes]
) -> Iterator[bytes]:
    """Yield a piece a block, each of whole lines; nothing if there are no rows. `to_line` ends them.

    A block of bytes is whole lines already.

    If the source fails, the last line is `{"incomplete": why}` and the error goes on, so that the server
    aborts the connection. Closing closes the source.
    """
    with closed_after(blocks):
        try:
            for block in blocks:
                if block:
                    yield block if isinstance(block, bytes) else b"".join(map(to_line, block))
        except Exception as error:
            # Only our own refusals are written for a reader; others may name tables and hosts.
            why = str(error) if isinstance(error, DomainError) else BROKEN_OFF
            yield to_line({"incomplete": why})
            raise
