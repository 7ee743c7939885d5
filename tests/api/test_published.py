"""The published part: what the report says, to every signed-in user, exactly."""

from collections.abc import Callable
from datetime import date

import pytest

from recommendations.models import Inspection
from tests.factories import People

NINE = "/api/v1/recommendations/?inspection=BSG-2023&ordering=number"


def test_the_nine_recommendations_are_listed_in_order(api: Callable, people: People) -> None:
    rows = api(people.viewer).get(NINE).json()["results"]
    assert [row["reference"] for row in rows] == [f"BSG-2023-{number}" for number in range(1, 10)]


def test_each_has_the_owner_that_the_report_addresses(api: Callable, people: People) -> None:
    rows = api(people.viewer).get(NINE).json()["results"]
    assert [row["owner"]["name"] for row in rows] == [
        *["Bristol and South Gloucestershire PDU"] * 6,
        "South West region",
        *["HM Prison and Probation Service"] * 2,
    ]


def test_the_text_is_that_of_the_report(api: Callable, people: People, report_text: str) -> None:
    rows = api(people.viewer).get(NINE).json()["results"]
    assert all(row["text"] in report_text for row in rows)


def test_a_baseline_gives_its_figures_and_its_passage(api: Callable, people: People) -> None:
    row = api(people.viewer).get("/api/v1/recommendations/BSG-2023-9/").json()
    [baseline] = row["baselines"]
    assert (baseline["n"], baseline["out_of"], baseline["section"]) == (7, 29, "2.6")
    assert "progress was only seen in seven of them" in baseline["passage"]


def test_a_recommendation_without_a_figure_says_so(api: Callable, people: People) -> None:
    row = api(people.viewer).get("/api/v1/recommendations/BSG-2023-8/").json()
    assert row["baselines"] == []
    assert "no figure" in row["measurement_note"]


def test_a_figure_is_a_number_in_json(api: Callable, people: People) -> None:
    row = api(people.viewer).get("/api/v1/recommendations/BSG-2023-3/").json()
    assert row["baselines"][0]["value"] == 29
    assert isinstance(row["baselines"][0]["value"], int)


def test_the_inspection_shows_score_ratings_and_key_questions(api: Callable, people: People) -> None:
    row = api(people.viewer).get("/api/v1/inspections/BSG-2023/").json()
    assert (row["score"], row["score_out_of"], row["overall"]["name"]) == (6, 27, "Requires improvement")
    assert len(row["standard_ratings"]) == 9
    assert {r["key_question"]["number"]: r["percentage"] for r in row["key_question_results"]} == {
        "2.1.1": 31,
        "2.2.1": 60,
        "2.2.2": 67,
        "2.2.3": 36,
        "2.3.1": 60,
        "2.3.2": 70,
        "2.3.3": 47,
        "2.4.1": 56,
        "2.4.2": 51,
        "2.4.3": 39,
        "2.5.1": 61,
        "2.5.2": 53,
        "2.5.3": 31,
        "2.6.1": 44,
    }


def test_the_inspection_shows_where_awarded_and_guidance_differ_and_why(
    api: Callable, people: People
) -> None:
    ratings = api(people.viewer).get("/api/v1/inspections/BSG-2023/").json()["standard_ratings"]
    differing = {rating["standard"]["number"]: rating for rating in ratings if rating["differs"]}
    assert sorted(differing) == ["1.1", "1.3", "2.3"]
    assert all(rating["guidance"]["code"] == "inadequate" for rating in differing.values())
    assert "strengths seen at a strategic level" in differing["1.1"]["reason"]
    assert differing["2.3"]["guidance_source"] == "computed"
    assert {r["standard"]["number"] for r in ratings if r["guidance"] is None} == {"1.2", "1.4"}


def test_a_month_of_publication_is_not_made_a_day(api: Callable, people: People) -> None:
    row = api(people.viewer).get("/api/v1/inspections/BSG-2023/").json()
    assert row["published_precision"] == "month"
    assert (row["published_earliest"], row["published_latest"]) == ("2023-08-01", "2023-08-31")


def test_the_framework_is_shown_with_its_bands(api: Callable, people: People) -> None:
    [framework] = api(people.viewer).get("/api/v1/frameworks/").json()["results"]
    assert [rating["percentage_from"] for rating in framework["ratings"]] == [0, 50, 65, 80]
    assert len(framework["standards"]) == 10


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ("owner=south-west", [7]),
        ("owner_subtree=south-west", [1, 2, 3, 4, 5, 6, 7]),
        ("addressee=hmpps", [8, 9]),
        ("number=4", [4]),
        ("search=disproportionality", [6]),
        ("search=BSG-2023-7", [7]),
        ("status=closed", []),
        ("owner=no-such-body", []),
    ],
)
def test_a_filter_narrows_to_what_it_says(
    api: Callable, people: People, filters: str, numbers: list[int]
) -> None:
    rows = api(people.viewer).get(f"{NINE}&{filters}").json()["results"]
    assert [row["number"] for row in rows] == numbers


@pytest.mark.parametrize(
    ("filters", "basis"),
    [
        ("standard=2.3", {"standards__number": "2.3"}),
        ("key_question=2.2.3", {"key_questions__number": "2.2.3"}),
    ],
)
def test_a_standard_and_a_key_question_find_what_rests_on_them(
    api: Callable, people: People, bsg: Inspection, filters: str, basis: dict
) -> None:
    rows = api(people.viewer).get(f"{NINE}&{filters}").json()["results"]
    resting = bsg.recommendations.filter(**basis).order_by("number")
    assert [row["number"] for row in rows] == [one.number for one in resting]
    assert 1 <= len(rows) < 9


def test_an_embargoed_report_is_open_to_the_inspectorate_alone(
    api: Callable, people: People, bsg: Inspection
) -> None:
    Inspection.objects.update(published_earliest=date(2999, 1, 1), published_latest=date(2999, 1, 31))
    for path in ("inspections/BSG-2023/", "recommendations/BSG-2023-1/"):
        assert api(people.contributor).get(f"/api/v1/{path}").status_code == 404
        assert api(people.inspector).get(f"/api/v1/{path}").status_code == 200
    assert api(people.contributor).get("/api/v1/measures/?count=true").json()["count"] == 0
