"""The formal answer: agreed, partly agreed, not agreed; every version kept."""

from datetime import date
from typing import Any

import pytest

from recommendations.errors import StepRefused
from recommendations.models import Inspection, Recommendation, Response
from recommendations.operations.responses import respond
from tests.factories import NOW, TODAY, People
from tests.operations.work import everything, fresh

pytestmark = pytest.mark.django_db

PARTLY = {"answer": "partly_agreed", "accepted_part": "The first half.", "reason": "The cost."}
NOT = {"answer": "not_agreed", "reason": "The cost."}


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


def answer(recommendation: Recommendation, people: People, **given: Any) -> Response:
    row = fresh(recommendation)
    return respond(recommendation=row, version=row.version, **given, by=people.contributor, at=NOW)


def problems(recommendation: Recommendation, people: People, **given: Any) -> set[str]:
    stood = everything()
    with pytest.raises(StepRefused) as refused:
        answer(recommendation, people, **given)
    assert everything() == stood
    return set(refused.value.problems)


@pytest.mark.parametrize(
    ("given", "state"),
    [({"answer": "agreed"}, "in_progress"), (PARTLY, "in_progress"), (NOT, "not_agreed")],
    ids=["agreed", "partly", "not"],
)
def test_the_answer_decides_where_the_recommendation_goes(
    given: Any, state: str, recommendation: Recommendation, people: People
) -> None:
    made = answer(recommendation, people, **given)
    made.refresh_from_db()
    assert {name: getattr(made, name) for name in given} == given
    assert (made.number, made.author, made.dated, made.recorded_at) == (1, people.contributor, TODAY, NOW)
    assert fresh(recommendation).status == state


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"answer": "partly_agreed"}, {"accepted_part", "reason"}),
        ({**PARTLY, "accepted_part": "  "}, {"accepted_part"}),
        ({**PARTLY, "reason": "  "}, {"reason"}),
        ({"answer": "not_agreed"}, {"reason"}),
        ({"answer": "agreed", "accepted_part": "All of it."}, {"accepted_part"}),
        ({**NOT, "accepted_part": "None of it."}, {"accepted_part"}),
        ({"answer": "accepted in principle"}, {"answer"}),
        ({"answer": ""}, {"answer"}),
    ],
)
def test_an_answer_that_does_not_say_what_it_must_is_refused(
    given: Any, missing: set[str], recommendation: Recommendation, people: People
) -> None:
    assert problems(recommendation, people, **given) == missing


def test_a_new_version_after_not_agreed_begins_the_work_and_the_first_stays(
    recommendation: Recommendation, people: People
) -> None:
    first = answer(recommendation, people, **NOT)
    second = answer(recommendation, people, answer="agreed")
    assert list(recommendation.responses.values_list("number", "answer")) == [
        (1, "not_agreed"),
        (2, "agreed"),
    ]
    assert (fresh(first), second.number) == (first, 2)
    assert fresh(recommendation).status == "in_progress"


def test_not_agreed_is_not_answered_with_the_same(recommendation: Recommendation, people: People) -> None:
    answer(recommendation, people, **NOT)
    assert problems(recommendation, people, **NOT) == {"answer"}


def test_what_is_agreed_is_not_answered_again(recommendation: Recommendation, people: People) -> None:
    answer(recommendation, people, answer="agreed")
    assert problems(recommendation, people, **NOT) == {"step"}


def test_an_answer_may_be_dated_before_publication(
    recommendation: Recommendation, people: People, bsg: Inspection
) -> None:
    before = date(2023, 7, 3)
    assert before < bsg.published_earliest
    assert answer(recommendation, people, answer="agreed", dated=before).dated == before


def test_an_answer_is_not_dated_in_the_future(recommendation: Recommendation, people: People) -> None:
    assert problems(recommendation, people, answer="agreed", dated=date(2026, 3, 3)) == {"dated"}
