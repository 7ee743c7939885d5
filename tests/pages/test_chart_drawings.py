"""What charts draw and say of numbers that no story holds: edges, many bodies, nothing at all."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from recommendations.pages.charts.figure import WIDTH
from recommendations.pages.charts.progress import progress_figure
from recommendations.pages.charts.trend import course_figure
from recommendations.read_models.counts import Stand
from recommendations.read_models.organisation_tree import Share
from recommendations.read_models.overdue import overdue_of
from recommendations.read_models.progress import MOST_PARTS, Progress, ProgressRow, Stage, progress_of
from recommendations.read_models.trends import course_of
from tests.factories import TODAY


def standing(key: int = 1, **given: Any) -> Stand:
    plain = {"owner": 1, "published": TODAY, "response": "agreed", "status": "in_progress"}
    plain |= {"evidence": "none", "schedule": "on_time", "judgement": "", "judged_short": False}
    plain |= {
        "verified": False,
        "late_by": None,
        "no_recent_update": False,
        "unsupported_reasons": (False, False, False),
    }
    return Stand(key=key, **{**plain, **given})


@pytest.mark.parametrize(
    "counts", [(1, 1, 1, 997), (997, 1, 1, 1), (1, 997, 1, 1), (1, 1, 997, 1), (1, 0, 0, 0)]
)
def test_every_count_stands_on_the_bar_and_none_on_another(counts: tuple[int, ...]) -> None:
    row = ProgressRow("A body", counts)
    figure = progress_figure(Progress([row], row, 0), csv="", as_at=TODAY)
    bar = figure.drawing.bars[0]  # type: ignore[union-attr]
    assert sorted(label.words for label in bar.labels) == sorted(str(count) for count in counts if count)
    for outside in (True, False):
        spans = sorted(
            (label.left, label.left + label.width) for label in bar.labels if bool(label.leader) == outside
        )
        edges = [0.0, *(edge for span in spans for edge in span), float(WIDTH)]
        assert all(before <= after + 0.11 for before, after in pairwise(edges))


def test_beyond_the_largest_the_parts_stand_together() -> None:
    shares = [Share(f"Body {n}", "", [standing(100 * n + k) for k in range(n)]) for n in range(1, 21)]
    found = progress_of(shares)
    assert len(found.rows) == MOST_PARTS
    assert found.rows[-1].name == "6 others together"
    assert sum(row.total for row in found.rows) == found.whole.total == sum(range(1, 21))


def test_what_is_superseded_is_left_out_and_said_to_be() -> None:
    found = progress_of([Share("A body", "", [standing(1), standing(2, status="superseded")])])
    assert found.whole.total == 1
    assert found.sentence.endswith("1 more is left out: superseded, and not verified.")


@pytest.mark.parametrize(
    ("one", "stage"),
    [
        ({"verified": True, "status": "in_progress"}, Stage.VERIFIED),
        ({"verified": True, "status": "superseded"}, Stage.VERIFIED),
        ({"status": "closed"}, Stage.CLAIMED),
        ({"status": "not_agreed"}, Stage.NOT_BEGUN),
    ],
)
def test_verified_comes_before_what_is_claimed(one: dict[str, Any], stage: Stage) -> None:
    counts = progress_of([Share("A body", "", [standing(**one)])]).whole.counts
    assert counts == tuple(int(stage is other) for other in Stage)


@pytest.mark.parametrize(
    ("days", "band"), [(1, 0), (30, 0), (31, 1), (90, 1), (91, 2), (180, 2), (181, 3), (4000, 3)]
)
def test_a_band_ends_with_its_last_day(days: int, band: int) -> None:
    counts = overdue_of([standing(late_by=days)]).counts
    assert list(counts) == [int(place == band) for place in range(4)]


def test_a_judgement_that_is_taken_back_leaves_the_course() -> None:
    begin, end = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 2, 10, tzinfo=UTC)
    course = course_of([standing(published=date(2025, 12, 5))], [(1, begin, end)], on=TODAY)
    assert [point.verified for point in course.points] == [0, 1, 0, 0]
    assert [point.day for point in course.points][-2:] == [date(2026, 2, 28), TODAY]


def test_who_reaches_one_does_not_count_the_course_of_another() -> None:
    begin = datetime(2026, 1, 10, tzinfo=UTC)
    course = course_of([standing(1)], [(2, begin, None)], on=TODAY)
    assert course.points[-1].verified == 0


def test_the_names_of_two_lines_that_meet_stand_apart() -> None:
    begin = datetime(2026, 1, 10, tzinfo=UTC)
    course = course_of([standing(published=date(2026, 1, 5))], [(1, begin, None)], on=TODAY)
    drawing: Any = course_figure(course, csv="", as_at=TODAY).drawing
    raised, verified = drawing.lines
    assert abs(raised.name_y - verified.name_y) >= 13


def test_nothing_counted_is_said_and_not_drawn() -> None:
    figure = progress_figure(progress_of([]), csv="", as_at=TODAY)
    assert (figure.drawing, figure.headline) == (None, "There is no recommendation to follow up")
    assert course_of([], [], on=TODAY).headline == "No recommendation has been raised"
    assert overdue_of([]).headline == "No recommendation is open"
