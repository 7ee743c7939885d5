"""Numbers in the sentences that charts and pages make of them."""


def plural(count: int, noun: str) -> str:
    """ "1 recommendation", "1,204 recommendations"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def each(count: int) -> str:
    return "is" if count == 1 else "are"


def of_all(count: int, total: int, noun: str) -> str:
    """ "3 of 9 recommendations are", "None of 9 recommendations is"."""
    shown = f"{count:,}" if count else "None"
    return f"{shown} of {plural(total, noun)} {'is' if count <= 1 else 'are'}"


def percentage(count: int, total: int) -> int:
    """The share in whole per cent, a half rounded up. `total` is at least 1."""
    return (200 * count + total) // (2 * total)
