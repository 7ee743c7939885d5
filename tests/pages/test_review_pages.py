"""The page of a review: the claim beside the evidence, and a judgement with its definition."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import Inspection, Judgement, Review
from recommendations.operations.reviews import record_review
from tests.admin.journey import attached, claimed
from tests.factories import NOW, People
from tests.pages.writing import check, confirm, events, problems, where, words, written

GIVEN = {
    "judgement": "insufficient_progress",
    "narrative": "Six of ten cases had no plan.",
    "dated": "1/3/2026",
}


def test_the_claim_stands_beside_the_evidence_and_each_judgement_has_its_definition(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation = claimed(plan(), people)
    page = words(screens(people.inspector).get(where(recommendation, "reviews/new/")))
    for said in ("Practice is safer.", "Everybody is trained.", "Training log", "never changed"):
        assert said in page
    level = recommendation.evidence.get().get_level_display()
    assert re.search(rf"</strong>\. {re.escape(level)}", page)
    for one in Judgement.objects.filter(framework=recommendation.inspection.framework_id):
        assert re.search(
            rf'value="{one.code}" id="(\w+)" aria-describedby="\1_helptext".*?{re.escape(one.name)}</label>',
            page,
        )
        assert one.definition in page


def test_a_review_is_recorded_once_confirmed_and_once_only(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation, browser = claimed(plan(), people), screens(people.inspector)
    path, before = where(recommendation, "reviews/new/"), events()
    checked = check(browser, path, **GIVEN)
    assert "Insufficient progress" in words(checked)
    assert events() == before
    for _ in range(2):
        answer = confirm(browser, path, checked)
    review = Review.objects.get()
    assert (review.judgement.code, review.claim["status"]) == ("insufficient_progress", "submitted")
    assert "The review of BSG-2023-1 is recorded." in words(browser.get(answer["Location"]))


def test_a_review_without_a_judgement_or_a_reason_is_refused(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    path = where(bsg.recommendations.get(number=1), "reviews/new/")
    shown = problems(check(screens(people.inspector), path, dated="1/1/2027"))
    assert shown == [
        "Judgement: Choose one",
        "What was found: Fill this in",
        "Day of the review: This day is still to come. Give the day of the review.",
    ]


def test_a_mistake_is_corrected_by_a_review_that_names_it(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    first = record_review(
        recommendation=recommendation,
        judgement="good_progress",
        narrative="All.",
        by=people.inspector,
        at=NOW,
    )
    written(screens(people.inspector), where(recommendation, "reviews/new/"), **GIVEN, corrects=first.pk)
    assert Review.objects.get(judgement__code="insufficient_progress").corrects == first


@pytest.mark.parametrize(("who", "status"), [("contributor", 403), ("assurer", 403), ("sibling", 404)])
def test_nobody_else_reviews(
    screens: Callable, people: People, bsg: Inspection, who: str, status: int
) -> None:
    answer = screens(getattr(people, who)).get(where(bsg.recommendations.get(number=1), "reviews/new/"))
    assert answer.status_code == status


def test_the_page_of_a_review_takes_few_queries_however_much_stands_there(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation, browser = claimed(plan(), people), screens(people.inspector)
    path, counts = where(recommendation, "reviews/new/"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        counts.append(len(asked))
        for number in range(4):
            attached(recommendation, people.contributor, title=f"Log {number}")
    assert counts[0] == counts[1] <= 12
