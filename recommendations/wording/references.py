"""Numbers of recommendations as people list them."""

from collections.abc import Iterable
from itertools import groupby


def numbers_in_words(numbers: Iterable[int]) -> str:
    """Ascending numbers, runs of three and more drawn together: "1 to 6, 8 and 9"."""
    parts: list[str] = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    *most, last = parts or [""]
    return f"{', '.join(most)} and {last}" if most else last
