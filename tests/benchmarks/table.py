"""What was measured, as Markdown."""

from collections.abc import Iterable, Sequence

from tests.benchmarks.comparing import Comparison

MET, NOT_MET = "met", "**not met**"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def verdict(holds: bool) -> str:
    return MET if holds else NOT_MET


def against(found: Comparison, least: float) -> str:
    """`0.71 (0.66–0.74) ≥ 0.6 met`: the median ratio with the least and the most, beside the target."""
    if found.is_late:
        return f"timed out ≥ {least:g} × {MET}"
    if found.failures:
        said = ", ".join(f"{why}: {count}" for why, count in found.failures.items())
        return f"failed ({said})"
    low, high = min(found.ratios), max(found.ratios)
    return f"{found.ratio:.2f} ({low:.2f}–{high:.2f}) ≥ {least:g} {verdict(found.ratio >= least)}"


def rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
