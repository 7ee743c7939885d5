"""The owner's formal answers: every version kept, given at the version of the recommendation."""

from collections.abc import Callable

import pytest

from recommendations.models import Recommendation, Response
from tests.factories import People

FIRST = 2  # After the report was read and what was curated of it.
ANSWER = {"recommendation": "BSG-2023-1", "answer": "agreed", "version": FIRST}


def test_an_answer_is_recorded_and_moves_the_recommendation(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/responses/", ANSWER)
    assert answer.status_code == 201
    assert (answer.json()["number"], answer.json()["answer"]) == (1, "agreed")
    assert answer["Location"] == answer.json()["url"]
    assert Recommendation.objects.get(reference="BSG-2023-1").status == "in_progress"


def test_every_version_of_the_answer_is_kept(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    caller.post("/api/v1/responses/", ANSWER | {"answer": "not_agreed", "reason": "No money."})
    caller.post("/api/v1/responses/", ANSWER | {"version": FIRST + 1})
    rows = caller.get("/api/v1/responses/?recommendation=BSG-2023-1").json()["results"]
    assert [(row["number"], row["answer"]) for row in rows] == [(1, "not_agreed"), (2, "agreed")]


def test_a_partly_agreed_answer_says_which_part_and_why(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/responses/", ANSWER | {"answer": "partly_agreed"})
    assert answer.status_code == 409
    assert {error["field"] for error in answer.json()["errors"]} == {"accepted_part", "reason"}


def test_agreed_in_principle_is_no_answer(api: Callable, people: People) -> None:
    body = ANSWER | {"answer": "agreed in principle"}
    assert api(people.contributor).post("/api/v1/responses/", body).status_code == 400


def test_an_answer_may_be_dated_before_publication(api: Callable, people: People) -> None:
    row = api(people.contributor).post("/api/v1/responses/", ANSWER | {"dated": "2023-06-01"}).json()
    assert row["dated"] == "2023-06-01"


def test_an_answer_needs_the_version_of_the_recommendation(api: Callable, people: People) -> None:
    body = {"recommendation": "BSG-2023-1", "answer": "agreed"}
    caller = api(people.contributor)
    assert caller.post("/api/v1/responses/", body).status_code == 428
    tag = caller.get("/api/v1/recommendations/BSG-2023-1/")["ETag"]
    assert caller.post("/api/v1/responses/", body, headers={"If-Match": tag}).status_code == 201


def test_an_answer_at_an_old_version_is_shown_the_recommendation(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    caller.post("/api/v1/responses/", ANSWER | {"answer": "not_agreed", "reason": "No money."})
    answer = caller.post("/api/v1/responses/", ANSWER)
    assert answer.status_code == 412
    assert answer.json()["current"]["reference"] == "BSG-2023-1"
    assert answer.json()["current"]["version"] == FIRST + 1


@pytest.mark.parametrize("who", ["viewer", "sibling", "assurer", "inspector", "outsider"])
def test_only_the_owner_s_people_answer(api: Callable, people: People, who: str) -> None:
    assert api(getattr(people, who)).post("/api/v1/responses/", ANSWER).status_code == 403
    assert not Response.objects.exists()
