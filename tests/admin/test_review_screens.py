"""Reviews and readings on the screens: what was claimed beside what was found, and whether figures moved."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from recommendations.models import Inspection, Reading, Review
from recommendations.operations.readings import add_reading
from recommendations.operations.reviews import record_review
from tests.admin.journey import claimed
from tests.admin.test_screens import LIST, change
from tests.factories import NOW, TODAY, Bodies, People

FOUND = {
    "judgement": "insufficient_progress",
    "narrative": "Nine of ten cases fell short.",
    "dated": "2/3/2026",
}


def review(pk: int) -> str:
    return f"{LIST}{pk}/review/"


def test_the_page_shows_the_claim_the_evidence_and_every_judgement_with_its_definition(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation = claimed(plan(), people)
    page = screens(people.inspector).get(review(recommendation.pk)).content.decode()
    assert "Practice is safer." in page
    assert "Training log" in page
    for judgement in recommendation.inspection.framework.judgements.all():
        assert f"<strong>{judgement.name}</strong>" in page
        assert judgement.definition.split(",")[0] in page


def test_an_inspector_s_review_stands_beside_the_claim_of_that_day(
    screens: Callable, people: People, plan: Callable, bsg: Inspection
) -> None:
    recommendation = claimed(plan(), people)
    codes = [one.code for one in bsg.framework.judgements.all()]
    found = FOUND | {"judgement": codes[-1]}
    assert screens(people.inspector).post(review(recommendation.pk), found).status_code == 302
    assert Review.objects.get().claim["outcome"] == "Practice is safer."
    page = screens(people.contributor).get(change(recommendation)).content.decode()
    assert "Nine of ten cases fell short." in page
    assert "The claim on that day" in page
    assert "1a closed" in page


def test_a_review_without_judgement_or_words_is_refused(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    path = review(bsg.recommendations.get(number=1).pk)
    page = screens(people.inspector).post(path, {"dated": "2/3/2026"}).content.decode()
    assert "Judgement: Choose one" in page
    assert "What was found: Fill this in" in page
    assert not Review.objects.exists()


def test_a_review_corrects_an_earlier_one(screens: Callable, people: People, bsg: Inspection) -> None:
    recommendation = bsg.recommendations.get(number=1)
    code = bsg.framework.judgements.all()[1].code
    first = record_review(
        recommendation=recommendation,
        judgement=code,
        narrative="Nothing.",
        by=people.inspector,
        at=NOW,
    )
    posted = FOUND | {"judgement": code, "corrects": first.pk}
    assert screens(people.inspector).post(review(recommendation.pk), posted).status_code == 302
    assert Review.objects.order_by("-pk")[0].corrects == first


@pytest.mark.parametrize(
    ("who", "status"), [("contributor", 403), ("assurer", 403), ("administrator", 403), ("sibling", 404)]
)
def test_nobody_but_an_inspector_reviews(
    screens: Callable, people: People, bsg: Inspection, who: str, status: int
) -> None:
    path = review(bsg.recommendations.get(number=1).pk)
    assert screens(getattr(people, who)).post(path, FOUND).status_code == status
    assert not Review.objects.exists()


def test_reviews_are_listed_for_those_in_reach_and_changed_by_nobody(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    found = record_review(
        recommendation=bsg.recommendations.get(number=1),
        judgement=bsg.framework.judgements.all()[1].code,
        narrative="Nine of ten cases fell short.",
        by=people.inspector,
        at=NOW,
    )
    path = "/admin/recommendations/review/"
    assert "Nine of ten" in screens(people.viewer).get(path).content.decode()
    assert "Nine of ten" not in screens(people.sibling).get(path).content.decode()
    assert (
        screens(people.inspector).post(f"{path}{found.pk}/change/", {"narrative": "Other."}).status_code
        == 403
    )


# Readings.


def test_a_contributor_adds_a_reading_and_is_told_whether_it_moved(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    measure = recommendation.measures.filter(out_of=59).get()
    posted = {"measure": measure.pk, "taken_on": "1/3/2026", "n": 10, "out_of": 60, "source": "Audit"}
    browser = screens(people.contributor)
    page = browser.post(f"{LIST}{recommendation.pk}/reading/", posted, follow=True).content.decode()
    assert Reading.objects.get().movement == "moved"
    assert "Against the baseline: improved." in page
    assert "10 out of 60, 1 March 2026: improved. Audit" in page
    assert "36 out of 59" in page


def test_a_reading_that_cannot_be_is_refused_in_the_words_of_the_operation(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    posted = {
        "measure": recommendation.measures.first().pk,
        "taken_on": "1/3/2026",
        "n": 61,
        "out_of": 60,
        "source": "Audit",
    }
    page = screens(people.contributor).post(f"{LIST}{recommendation.pk}/reading/", posted).content.decode()
    assert "61 out of 60 cannot be." in page
    assert not Reading.objects.exists()


def test_a_measure_of_another_recommendation_cannot_be_posted(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    other = bsg.recommendations.get(number=7).measures.first()
    posted = {"measure": other.pk, "taken_on": "1/3/2026", "value": 1, "source": "Audit"}
    path = f"{LIST}{bsg.recommendations.get(number=1).pk}/reading/"
    assert screens(people.contributor).post(path, posted).status_code == 200
    assert not Reading.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("assurer", 403), ("sibling", 404)])
def test_nobody_else_adds_readings(
    screens: Callable, people: People, bsg: Inspection, who: str, status: int
) -> None:
    path = f"{LIST}{bsg.recommendations.get(number=1).pk}/reading/"
    assert screens(getattr(people, who)).get(path).status_code == status


def test_readings_are_for_those_who_reach_the_owner(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action = plan(1, lead=bodies.police)
    add_reading(
        measure=action.recommendation.measures.first(),
        taken_on=TODAY,
        value=Decimal(50),
        source="Secret audit",
        by=people.contributor,
        at=NOW,
    )
    assert "Secret audit" not in screens(people.partner).get(change(action.recommendation)).content.decode()
    assert "Secret audit" in screens(people.viewer).get(change(action.recommendation)).content.decode()
