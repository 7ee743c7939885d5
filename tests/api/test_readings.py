"""Later answers to a measure's question, set against the baseline."""

from collections.abc import Callable

import pytest

from recommendations.models import Inspection, Measure, Reading
from tests.factories import People


@pytest.fixture
def counted(bsg: Inspection) -> Measure:
    """A measure with n of N, so that the test can say something: 7 out of 29 of recommendation 9."""
    return Measure.objects.get(recommendation__reference="BSG-2023-9", n=7, out_of=29)


def body(measure: Measure, **given: object) -> dict:
    return {"measure": measure.pk, "taken_on": "2026-01-31", "source": "Case audit", **given}


@pytest.mark.parametrize(
    ("n", "out_of", "movement"), [(28, 29, "moved"), (8, 29, "not_shown"), (0, 400, "worse")]
)
def test_a_reading_is_set_against_the_baseline(
    api: Callable, people: People, counted: Measure, n: int, out_of: int, movement: str
) -> None:
    answer = api(people.national).post("/api/v1/readings/", body(counted, n=n, out_of=out_of))
    assert answer.status_code == 201
    assert answer.json()["movement"] == movement
    assert 0 <= answer.json()["p_value"] <= 1


@pytest.mark.parametrize(
    "figure",
    [{}, {"n": 3}, {"n": 5, "out_of": 3}, {"n": -1, "out_of": 3}, {"value": "NaN"}, {"value": 1e12}],
)
def test_a_figure_that_cannot_be_is_refused(
    api: Callable, people: People, counted: Measure, figure: dict
) -> None:
    answer = api(people.national).post("/api/v1/readings/", body(counted, **figure))
    assert answer.status_code == 400
    assert not Reading.objects.exists()


@pytest.mark.parametrize("who", ["contributor", "viewer", "assurer", "inspector", "outsider"])
def test_only_the_owner_s_people_add_readings(
    api: Callable, people: People, counted: Measure, who: str
) -> None:
    answer = api(getattr(people, who)).post("/api/v1/readings/", body(counted, n=9, out_of=29))
    assert answer.status_code == 403
    assert not Reading.objects.exists()


def test_a_measure_that_does_not_exist_is_refused(api: Callable, people: People) -> None:
    answer = api(people.national).post("/api/v1/readings/", body(Measure(pk=10**6), n=9, out_of=29))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "measure"
