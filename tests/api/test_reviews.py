"""Independent judgements: by inspectors alone, with the claim as it stood; a correction is a new review."""

from collections.abc import Callable

import pytest

from recommendations.models import Review
from tests.factories import People

REVIEW = {
    "recommendation": "BSG-2023-1",
    "judgement": "insufficient",
    "narrative": "Plans are written and not used.",
    "dated": "2026-02-27",
}


@pytest.fixture
def judgements(bsg: object) -> list[str]:
    return list(bsg.framework.judgements.values_list("code", flat=True))  # type: ignore[attr-defined]


@pytest.fixture
def body(judgements: list[str]) -> dict[str, str]:
    return REVIEW | {"judgement": judgements[1]}


def test_a_review_keeps_the_claim_as_it_stood(
    api: Callable, people: People, body: dict, submitted: Callable
) -> None:
    submitted()
    answer = api(people.inspector).post("/api/v1/reviews/", body)
    assert answer.status_code == 201
    row = answer.json()
    assert row["judgement"]["code"] == body["judgement"]
    assert (row["claim"]["status"], row["claim"]["outcome"]) == ("submitted", "Every case has a plan.")


def test_a_correction_is_a_new_review_that_names_the_other(api: Callable, people: People, body: dict) -> None:
    caller = api(people.inspector)
    first = caller.post("/api/v1/reviews/", body).json()
    second = caller.post("/api/v1/reviews/", body | {"corrects": first["id"]}).json()
    assert second["corrects"] == first["url"]
    assert caller.get(first["url"]).json() == first


def test_an_unknown_judgement_is_refused_with_those_of_the_framework(
    api: Callable, people: People, judgements: list[str]
) -> None:
    answer = api(people.inspector).post("/api/v1/reviews/", REVIEW | {"judgement": "splendid"})
    assert answer.status_code == 400
    assert all(code in answer.json()["errors"][0]["detail"] for code in judgements)


@pytest.mark.parametrize("who", ["viewer", "contributor", "assurer", "administrator", "outsider"])
def test_only_an_inspector_judges(api: Callable, people: People, who: str, body: dict) -> None:
    assert api(getattr(people, who)).post("/api/v1/reviews/", body).status_code == 403
    assert not Review.objects.exists()


def test_the_owner_reads_what_was_found_and_a_sibling_does_not(
    api: Callable, people: People, body: dict
) -> None:
    path = api(people.inspector).post("/api/v1/reviews/", body).json()["url"]
    assert api(people.contributor).get(path).status_code == 200
    assert api(people.sibling).get(path).status_code == 404


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_a_review_is_never_changed(api: Callable, people: People, method: str, body: dict) -> None:
    caller = api(people.inspector)
    path = caller.post("/api/v1/reviews/", body).json()["url"]
    assert getattr(caller, method)(path).status_code == 405
