"""What is known of a caller beforehand makes queries shorter, and changes no answer.

`anybody` is asked for everything; whoever reads all, or reaches one organisation alone, for less of it.
"""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from recommendations.api import lists
from recommendations.api.urls import router
from recommendations.models import (
    Action,
    Evidence,
    Inspection,
    Membership,
    Organisation,
    Recommendation,
    RecommendationVisibility,
)
from recommendations.queries import callers
from recommendations.queries.callers import FEW, kind_of_caller, roles_of
from recommendations.queries.visibility import in_scope, visible
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import attach, plan, take, update

pytestmark = pytest.mark.django_db
REACHES_ONE = {"contributor", "regional", "viewer", "partner", "assurer"}
READS_ALL = {"inspector", "administrator"}
SHORT = {"regional"}
CALLERS = [
    pytest.param(who, marks=() if who in SHORT else pytest.mark.slow)
    for who in sorted(REACHES_ONE | READS_ALL)
]
SUBTREES = ("bristol-and-south-gloucestershire", "south-west", "hmpps", "avon-and-somerset-police")


@pytest.fixture
def work(bsg: Inspection, people: People, bodies: Bodies) -> None:
    """The PDU and the region each answer and plan; the police leads one action of the PDU's."""
    for number, who, lead in (
        (1, "contributor", bodies.police),
        (2, "contributor", None),
        (7, "regional", None),
    ):
        by = getattr(people, who)
        subject = bsg.recommendations.get(number=number)
        take(subject, "respond", by, answer="agreed")
        action = plan(subject, by, target_date=f"{number} June 2025", **({"lead": lead} if lead else {}))
        update(action, by)
        attach(action, by)


def paths() -> list[str]:
    """Every list, in every order, by every choice of every filter; and the ways that are driven apart."""
    views = {prefix: view for prefix, view, _ in router.registry}
    found = [f"{prefix}/?count=true" for prefix in views]
    for prefix, view in views.items():
        filters = view.filterset_class.base_filters if view.filterset_class else {}
        choices = {name: one.extra["choices"] for name, one in filters.items() if one.is_inlined}
        found += [f"{prefix}/?ordering={sign}{name}" for name in view.orderings for sign in ("", "-")]
        found += [f"{prefix}/?{name}={code}" for name, known in sorted(choices.items()) for code, _ in known]
        found += [f"{prefix}/?owner_subtree={slug}" for slug in SUBTREES if "owner_subtree" in filters]
    for more in ("", *(f"&owner_subtree={slug}" for slug in SUBTREES)):
        found += [f"recommendations/?open=true&ordering=due&count=true{more}"]
        found += [
            f"recommendations/?due_from=2025-01-01&ordering=-due{more}",
            f"summary/?by=status{more}",
        ]
    return [*found, "actions/?format=csv", f"recommendations/?overdue=true&as_of={TODAY}"]


def told(caller: APIClient) -> dict[str, Any]:
    answers = {path: caller.get(f"/api/v1/{path}") for path in paths()}
    return {path: (answer.status_code, answer.getvalue()) for path, answer in answers.items()}


def walked(caller: APIClient) -> list[str]:
    """The open recommendations by their due dates, one to a page."""
    path, found = "/api/v1/recommendations/?open=true&ordering=due&page_size=1", []
    while path:
        page = caller.get(path).json()
        found += [one["reference"] for one in page["results"]]
        path = page["next"]
    return found


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("who", CALLERS)
def test_what_is_known_of_the_caller_changes_no_answer(
    who: str, api: Callable, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = api(getattr(people, who))
    monkeypatch.setattr(lists, "kind_of_caller", lambda held: "anybody")
    wanted, in_order = told(caller), walked(caller)
    assert {status for status, _ in wanted.values()} == {200}
    assert in_order
    for name in ("all",) if who in READS_ALL else ("one", "few"):
        monkeypatch.setattr(lists, "kind_of_caller", lambda held, name=name: name)
        assert told(caller) == wanted, name
        assert walked(caller) == in_order


def test_of_two_roles_in_two_places_nothing_is_known(people: People, bodies: Bodies) -> None:
    person = people.contributor
    Membership.objects.create(
        user=person, role="viewer", home=bodies.police, reach=bodies.police, granted_at=NOW
    )
    assert kind_of_caller(roles_of(person)) == "anybody"


@pytest.mark.parametrize(
    ("who", "known"), [("inspector", "all"), ("contributor", "few"), ("outsider", "anybody")]
)
def test_what_is_known_of_a_caller(who: str, known: str, people: People) -> None:
    assert kind_of_caller(roles_of(getattr(people, who))) == known


def test_where_more_than_few_are_seen_a_list_does_not_begin_with_them(
    people: People, bsg: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = people.contributor.memberships.get().reach
    number = RecommendationVisibility.objects.filter(organisation=here).count()
    assert 0 < number < FEW
    monkeypatch.setattr("recommendations.queries.callers.FEW", number)
    assert kind_of_caller(roles_of_anew(people.contributor)) == "few"
    monkeypatch.setattr("recommendations.queries.callers.FEW", number - 1)
    assert kind_of_caller(roles_of_anew(people.contributor)) == "one"


def roles_of_anew(user: Any) -> Any:
    """With the statement written again."""
    callers._roles.cache_clear()
    try:
        return roles_of(user)
    finally:
        callers._roles.cache_clear()


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("slug", SUBTREES)
@pytest.mark.parametrize("who", ["contributor", "partner", "regional", "sibling"])
def test_of_a_subtree_no_more_is_told_than_is_in_reach(
    who: str, slug: str, api: Callable, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = getattr(people, who)
    # Among few, whatever else is told would be left out once more.
    monkeypatch.setattr(lists, "kind_of_caller", lambda held: "one")
    fields = "fields=reference,action_count,evidence_count"
    page = (
        api(user).get(f"/api/v1/recommendations/?open=true&owner_subtree={slug}&count=true&{fields}").json()
    )
    below = Organisation.objects.below(slug)
    wanted = [
        {
            "reference": row.reference,
            "action_count": visible(Action.objects.filter(recommendation=row), user, on=TODAY).count(),
            "evidence_count": visible(Evidence.objects.filter(recommendation=row), user, on=TODAY).count(),
        }
        for row in Recommendation.objects.filter(in_scope(user)).filter(owner__in=below).order_by("number")
    ]
    assert page["results"] == wanted
    assert page["count"] == len(wanted)
