"""What the owner says happened: appended, dated, by a person; corrected by another that names it."""

from datetime import date

import pytest

from recommendations.errors import Invalid, NotPermitted
from recommendations.models import Inspection, ProgressUpdate, Recommendation
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import everything, fresh, plan, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


def test_an_update_keeps_who_said_what_of_which_day(recommendation: Recommendation, people: People) -> None:
    made = update(recommendation, people.contributor, text=" All are trained. ", dated=date(2026, 2, 1))
    made.refresh_from_db()
    assert (made.text, made.dated, made.author, made.created_at) == (
        "All are trained.",
        date(2026, 2, 1),
        people.contributor,
        NOW,
    )


def test_an_update_is_of_today_unless_said_otherwise(recommendation: Recommendation, people: People) -> None:
    assert update(recommendation, people.contributor).dated == TODAY


def test_a_mistake_is_corrected_by_a_new_update_and_stays(
    recommendation: Recommendation, people: People
) -> None:
    wrong = update(recommendation, people.contributor, text="All are trained.")
    right = update(recommendation, people.contributor, text="Half are.", corrects=wrong)
    assert (right.corrects, fresh(wrong).text) == (wrong, "All are trained.")


@pytest.mark.parametrize("dated", [date(2026, 3, 3), date(1899, 12, 31)])
def test_a_day_that_cannot_be_is_refused(dated: date, recommendation: Recommendation, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        update(recommendation, people.contributor, dated=dated)
    assert set(refused.value.problems) == {"dated"}
    assert not ProgressUpdate.objects.exists()


def test_an_empty_update_is_refused(recommendation: Recommendation, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        update(recommendation, people.contributor, text=" \n ")
    assert set(refused.value.problems) == {"text"}


@pytest.mark.parametrize("name", ["viewer", "sibling", "partner", "assurer", "inspector", "administrator"])
def test_only_the_owners_people_report(name: str, recommendation: Recommendation, people: People) -> None:
    stood = everything()
    with pytest.raises(NotPermitted):
        update(recommendation, getattr(people, name))
    assert everything() == stood


def test_a_lead_reports_on_its_own_action_alone(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    own = plan(recommendation, people.contributor, lead=bodies.police)
    assert update(own, people.partner).action == own
    with pytest.raises(NotPermitted):
        update(plan(recommendation, people.contributor), people.partner)
