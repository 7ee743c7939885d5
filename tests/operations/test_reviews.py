"""What an independent inspector found: never by the owner, never changed, with the claim as it stood."""

from datetime import date, timedelta
from typing import Any

import pytest

from recommendations import roles
from recommendations.errors import Invalid, NotPermitted
from recommendations.models import Inspection, Recommendation, Review
from recommendations.operations.reviews import record_review
from recommendations.queries.statuses import with_statuses
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import (
    OUTCOME,
    also,
    attach,
    ends,
    everything,
    fresh,
    judge,
    person,
    reach,
    take,
    update,
)

pytestmark = pytest.mark.django_db

FOUND = "In eight of ten cases the risk is named."


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


def review(
    recommendation: Recommendation, by: Any, judgement: str = "reasonable_progress", **given: Any
) -> Review:
    plain = {"narrative": FOUND, "at": NOW}
    return record_review(recommendation=recommendation, judgement=judgement, **{**plain, **given}, by=by)


def problems(recommendation: Recommendation, by: Any, **given: Any) -> set[str]:
    stood = everything()
    with pytest.raises(Invalid) as refused:
        review(recommendation, by, **given)
    assert everything() == stood
    return set(refused.value.problems)


def scale(bsg: Inspection) -> list[str]:
    return list(bsg.framework.judgements.order_by("order").values_list("code", flat=True))


def test_the_scale_is_that_of_the_framework(
    bsg: Inspection, recommendation: Recommendation, people: People
) -> None:
    assert len(scale(bsg)) == 5
    for code in scale(bsg):
        assert review(recommendation, people.inspector, code).judgement.code == code


def test_a_review_keeps_who_found_what_on_which_day(recommendation: Recommendation, people: People) -> None:
    made = fresh(review(recommendation, people.inspector, dated=date(2026, 2, 1)))
    assert (made.narrative, made.dated, made.reviewer, made.recorded_at) == (
        FOUND,
        date(2026, 2, 1),
        people.inspector,
        NOW,
    )


@pytest.mark.parametrize(
    "name",
    ["viewer", "contributor", "regional", "national", "partner", "assurer", "administrator", "outsider"],
)
def test_only_an_inspector_reviews(name: str, recommendation: Recommendation, people: People) -> None:
    stood = everything()
    with pytest.raises(NotPermitted):
        review(recommendation, getattr(people, name))
    assert everything() == stood


def test_the_tracker_itself_reviews_nothing(recommendation: Recommendation, system: Any) -> None:
    with pytest.raises(NotPermitted):
        review(recommendation, system)


def test_who_works_for_the_owner_never_reviews(recommendation: Recommendation, bodies: Bodies) -> None:
    of_the_pdu = person("turned", roles.INSPECTOR, bodies.pdu)
    assert problems(recommendation, of_the_pdu) == {"another_organisation"}


def test_an_inspector_who_also_works_for_the_owner_never_reviews(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    also(people.inspector, roles.VIEWER, bodies.pdu)
    assert problems(recommendation, people.inspector) == {"another_organisation"}


def test_who_did_some_of_the_work_never_reviews(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    also(people.inspector, roles.CONTRIBUTOR, bodies.inspectorate, bodies.pdu)
    update(recommendation, people.inspector)
    ends(people.inspector, roles.CONTRIBUTOR)
    assert problems(recommendation, people.inspector) == {"another_person"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"narrative": "  "}, "narrative"),
        ({"dated": TODAY + timedelta(days=1)}, "dated"),
        ({"judgement": "splendid"}, "judgement"),
    ],
)
def test_what_is_no_review_is_refused(
    given: Any, field: str, recommendation: Recommendation, people: People
) -> None:
    assert problems(recommendation, people.inspector, **given) == {field}


def test_an_unknown_judgement_is_told_the_known_ones(
    bsg: Inspection, recommendation: Recommendation, people: People
) -> None:
    with pytest.raises(Invalid) as refused:
        review(recommendation, people.inspector, "splendid")
    assert all(code in str(refused.value) for code in scale(bsg))


def test_a_correction_is_a_new_review_and_the_first_stays_as_it_was(
    recommendation: Recommendation, people: People
) -> None:
    first = review(recommendation, people.inspector, "good_progress")
    stood = Review.objects.filter(pk=first.pk).values().get()
    second = review(recommendation, people.inspector, "insufficient_progress", corrects=first)
    assert second.corrects == first
    assert Review.objects.filter(pk=first.pk).values().get() == stood


def test_the_judgement_that_counts_is_that_of_the_correction(
    recommendation: Recommendation, people: People
) -> None:
    first = review(recommendation, people.inspector, "good_progress")
    review(recommendation, people.inspector, "insufficient_progress", corrects=first)
    standing = with_statuses(Recommendation.objects.all(), on=TODAY).get(pk=recommendation.pk)
    assert standing.judgement == "insufficient_progress"


def test_a_correction_that_also_mends_the_day_counts_for_what_it_corrects(
    recommendation: Recommendation, people: People
) -> None:
    wrong = review(recommendation, people.inspector, "good_progress", dated=TODAY)
    review(
        recommendation,
        people.inspector,
        "insufficient_progress",
        dated=TODAY - timedelta(days=5),
        corrects=wrong,
    )
    standing = with_statuses(Recommendation.objects.all(), on=TODAY).get(pk=recommendation.pk)
    assert standing.judgement == "insufficient_progress"


def test_a_review_keeps_the_claim_as_it_stood_that_day(
    recommendation: Recommendation, people: People
) -> None:
    row = reach(recommendation, "submitted", people)
    judge(row.evidence.get(), people.assurer)
    made = review(row, people.inspector, "insufficient_progress")
    claim = made.claim
    assert (claim["status"], claim["outcome"], claim["response"]) == ("submitted", OUTCOME, "agreed")
    assert claim["evidence_status"] == "practice"
    assert [(one["id"], one["verdict"]) for one in claim["evidence"]] == [(row.evidence.get().pk, "accepted")]
    take(row, "withdraw", people.contributor, reason="Too early.")
    attach(row, people.contributor, title="Another audit")
    assert fresh(made).claim == claim


def test_the_actions_of_the_claim_are_those_of_that_day(
    recommendation: Recommendation, people: People, plan: Any
) -> None:
    action = plan(1)
    made = review(recommendation, people.inspector)
    take(action, "start", people.contributor)
    assert fresh(made).claim["actions"] == [{"label": "1a", "status": "not_started", "outcome": ""}]
