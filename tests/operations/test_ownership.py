"""Who owns a recommendation when bodies reorganise, and how recommendations bear on one another."""

from typing import Any

import pytest

from recommendations.errors import Invalid, NotPermitted, StaleVersion
from recommendations.models import Event, Inspection, Recommendation
from recommendations.operations.ownership import change_owner, link_recommendations
from tests.factories import NOW, Bodies, People
from tests.operations.work import everything, fresh, reach, update

pytestmark = pytest.mark.django_db

WHY = "The unit was merged."


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


def give(recommendation: Recommendation, owner: Any, by: Any, reason: str = WHY) -> Recommendation:
    row = fresh(recommendation)
    return change_owner(recommendation=row, version=row.version, owner=owner, reason=reason, by=by, at=NOW)


def link(source: Any, target: Any, by: Any, kind: str = "repeats", reason: str = WHY) -> Any:
    return link_recommendations(source=source, target=target, kind=kind, reason=reason, by=by, at=NOW)


def problems(deed: Any) -> set[str]:
    stood = everything()
    with pytest.raises(Invalid) as refused:
        deed()
    assert everything() == stood
    return set(refused.value.problems)


def test_the_owner_changes_and_the_addressee_stays_as_printed(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    after = fresh(give(recommendation, bodies.sibling, people.inspector))
    assert (after.owner, after.addressee, after.version) == (
        bodies.sibling,
        bodies.pdu,
        recommendation.version + 1,
    )
    assert after.addressee_as_printed == recommendation.addressee_as_printed
    assert Event.objects.latest("sequence").reason == WHY


def test_with_the_owner_goes_the_right_to_do_the_work(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    """Who the owner is is asked of the row: the copy in hand is from before the change."""
    assert recommendation.owner == bodies.pdu
    give(recommendation, bodies.sibling, people.inspector)
    update(recommendation, people.sibling)
    with pytest.raises(NotPermitted):
        update(recommendation, people.contributor)


@pytest.mark.parametrize(
    "name", ["viewer", "contributor", "national", "assurer", "administrator", "outsider"]
)
def test_only_an_inspector_changes_owners_and_links(
    name: str,
    recommendation: Recommendation,
    people: People,
    bodies: Bodies,
    bsg: Inspection,
) -> None:
    by, stood = getattr(people, name), everything()
    with pytest.raises(NotPermitted):
        give(recommendation, bodies.sibling, by)
    with pytest.raises(NotPermitted):
        link(recommendation, bsg.recommendations.get(number=2), by)
    assert everything() == stood


def test_all_that_is_wrong_with_a_change_of_owner_is_told(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    wrong = problems(lambda: give(recommendation, bodies.pdu, people.inspector, reason=" "))
    assert wrong == {"owner", "reason"}


def test_a_change_of_owner_of_a_row_that_another_changed_is_refused(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    reach(recommendation, "in_progress", people)
    with pytest.raises(StaleVersion):
        change_owner(
            recommendation=recommendation,
            version=recommendation.version,
            owner=bodies.sibling,
            reason=WHY,
            by=people.inspector,
            at=NOW,
        )


@pytest.mark.parametrize("kind", ["repeats", "depends_on"])
def test_a_link_says_how_one_bears_on_another(
    kind: str, recommendation: Recommendation, people: People, bsg: Inspection
) -> None:
    other = bsg.recommendations.get(number=2)
    made = fresh(link(recommendation, other, people.inspector, kind))
    assert (made.source, made.target, made.kind) == (recommendation, other, kind)
    assert Event.objects.latest("sequence").reason == WHY


@pytest.mark.parametrize(
    ("kind", "field"), [("supersedes", "kind"), ("resembles", "kind"), ("repeats", "target")]
)
def test_a_link_that_cannot_be_is_refused(
    kind: str, field: str, recommendation: Recommendation, people: People, bsg: Inspection
) -> None:
    target = recommendation if field == "target" else bsg.recommendations.get(number=2)
    assert problems(lambda: link(recommendation, target, people.inspector, kind)) == {field}


def test_a_link_is_made_once(recommendation: Recommendation, people: People, bsg: Inspection) -> None:
    other = bsg.recommendations.get(number=2)
    link(recommendation, other, people.inspector)
    assert problems(lambda: link(recommendation, other, people.inspector)) == {"target"}


def test_a_link_has_a_reason(recommendation: Recommendation, people: People, bsg: Inspection) -> None:
    other = bsg.recommendations.get(number=2)
    assert problems(lambda: link(recommendation, other, people.inspector, reason="\n")) == {"reason"}
