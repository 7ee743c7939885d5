"""Writes rows as NDJSON: an object on each line, and a last line that says so if the rows break off."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from recommendations.errors import DomainError
from recommendations.exports.cells import closing_source

BROKEN_OFF = "More rows were to come, but the export failed. Ask again from the beginning."


def ndjson_stream(
    blocks: Iterable[Sequence[object] | bytes], to_line: Callable[[object], bytes]
) -> Iterator[bytes]:
    """Yield the lines of each block. `to_line` ends a line; a block of bytes already is lines.

    If the source fails, the last line is `{"incomplete": reason}` and the error goes on, so that the server
    aborts the connection. Closing the stream closes the source.
    """
    with closing_source(blocks):
        try:
            for block in blocks:
                if block:
                    yield block if isinstance(block, bytes) else b"".join(map(to_line, block))
        except Exception as error:
            # Other errors than our own may name tables and hosts.
            reason = str(error) if isinstance(error, DomainError) else BROKEN_OFF
            yield to_line({"incomplete": reason})
            raise
