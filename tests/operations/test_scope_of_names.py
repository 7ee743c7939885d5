"""What is named to an operation must be within reach and belong: the operation itself refuses the rest.

Faces offer the right choices; whoever posts another row's key is refused here all the same.
"""

from typing import Any

import pytest

from recommendations.errors import Invalid, NotPermitted, StepRefused
from recommendations.models import Inspection, Recommendation
from recommendations.operations.actions import revise_action
from recommendations.operations.evidence import attach_evidence
from recommendations.operations.reviews import record_review
from recommendations.operations.updates import record_update
from tests.factories import NOW, TODAY, Bodies, People
from tests.models import rows
from tests.operations.work import REASON, everything, fresh, plan, take, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def second(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=2)


def refused(deed: Any, error: type[Invalid] | type[StepRefused] = Invalid) -> set[str]:
    stood = everything()
    with pytest.raises(error) as refusal:
        deed()
    assert everything() == stood
    return set(refusal.value.problems)


@pytest.mark.parametrize("name", ["sibling", "partner", "assurer", "inspector", "outsider"])
def test_who_is_no_colleague_is_named_responsible_for_nothing(
    name: str, first: Recommendation, people: People
) -> None:
    stranger = getattr(people, name)
    assert refused(lambda: plan(first, people.contributor, person=stranger)) == {"person"}
    action = plan(first, people.contributor)
    given = {"action": action, "version": action.version, "person": stranger}
    assert refused(lambda: revise_action(**given, by=people.contributor, at=NOW)) == {"person"}


def test_a_stranger_and_who_does_not_exist_are_refused_in_the_same_words(
    first: Recommendation, people: People
) -> None:
    """Otherwise a refusal would tell who has an account."""
    words = []
    for user in (people.sibling, people.outsider, rows.user(is_active=False)):
        with pytest.raises(Invalid) as refusal:
            plan(first, people.contributor, person=user)
        words.append(refusal.value.problems["person"])
    assert words[0] == words[1] == words[2]


def test_a_lead_names_its_own_people_alone(first: Recommendation, people: People, bodies: Bodies) -> None:
    action = plan(first, people.contributor, lead=bodies.police)

    def named(person: Any) -> Any:
        row = fresh(action)
        return revise_action(action=row, version=row.version, person=person, by=people.partner, at=NOW)

    assert refused(lambda: named(people.contributor)) == {"person"}
    assert named(people.partner).person == people.partner


def test_the_action_of_another_recommendation_is_refused(
    first: Recommendation, second: Recommendation, people: People
) -> None:
    elsewhere = plan(second, people.contributor)
    named = {"recommendation": first, "action": elsewhere, "by": people.contributor, "at": NOW}
    assert refused(lambda: record_update(**named, text="Half are trained.")) == {"action"}
    assert refused(
        lambda: attach_evidence(
            **named,
            title="Case audit",
            level="practice",
            represents=TODAY,
            declared_no_personal_data=True,
            url="https://example.org/",
        )
    ) == {"action"}


def test_a_leads_action_opens_no_other_recommendation(
    first: Recommendation, second: Recommendation, people: People, bodies: Bodies
) -> None:
    own = plan(first, people.contributor, lead=bodies.police)
    named = {"recommendation": second, "action": own, "by": people.partner, "at": NOW}
    assert refused(lambda: record_update(**named, text="Half are trained.")) == {"action"}


def test_an_update_corrects_one_of_the_same_thing(
    first: Recommendation, second: Recommendation, people: People
) -> None:
    elsewhere = update(second, people.contributor)
    of_an_action = update(plan(first, people.contributor), people.contributor)
    for other in (elsewhere, of_an_action):
        assert refused(lambda other=other: update(first, people.contributor, corrects=other)) == {"corrects"}


def test_a_review_corrects_one_of_the_same_recommendation(
    first: Recommendation, second: Recommendation, people: People
) -> None:
    plain = {"judgement": "good_progress", "narrative": "Seen.", "by": people.inspector, "at": NOW}
    elsewhere = record_review(recommendation=second, **plain)
    assert refused(lambda: record_review(recommendation=first, corrects=elsewhere, **plain)) == {"corrects"}


def test_an_action_is_succeeded_by_one_of_the_same_recommendation(
    first: Recommendation, second: Recommendation, people: People
) -> None:
    action, elsewhere = plan(first, people.contributor), plan(second, people.contributor)
    given = {"reason": REASON, "successor": elsewhere}
    assert refused(lambda: take(action, "supersede", people.inspector, **given), StepRefused) == {"successor"}


def test_a_judgement_of_another_framework_is_refused(first: Recommendation, people: People) -> None:
    other = rows.judgement(code="splendid")
    given = {"narrative": "Seen.", "by": people.inspector, "at": NOW}
    assert refused(lambda: record_review(recommendation=first, judgement=other.code, **given)) == {
        "judgement"
    }


def test_what_is_under_embargo_is_worked_on_by_nobody_who_may_not_read_it(
    first: Recommendation, people: People
) -> None:
    """Its report comes out tomorrow: for the owner's people there is nothing yet."""
    Inspection.objects.filter(pk=first.inspection_id).update(published_latest=TODAY.replace(day=3))
    for deed in (
        lambda: plan(first, people.contributor),
        lambda: update(first, people.contributor),
        lambda: take(first, "respond", people.contributor, answer="agreed"),
    ):
        with pytest.raises(NotPermitted):
            deed()
