"""Target dates: each move kept with its reason, the first one unmoved; slips are counted."""

from collections.abc import Callable

from recommendations.models import TargetRevision
from tests.factories import Bodies, People

PATH = "/api/v1/target-revisions/"


def test_a_move_is_kept_with_what_stood_before_and_why(api: Callable, people: People, plan: Callable) -> None:
    body = {"action": plan(target_date="30 June 2027").pk, "target_date": "30 July 2027", "version": 1}
    answer = api(people.contributor).post(PATH, body | {"reason": "The trainer fell ill."})
    assert answer.status_code == 201
    row = answer.json()
    assert (row["before"]["latest"], row["after"]["latest"]) == ("2027-06-30", "2027-07-30")
    assert (row["days_moved"], row["reason"]) == (30, "The trainer fell ill.")


def test_the_first_target_stands_and_the_moves_are_counted(
    api: Callable, people: People, plan: Callable
) -> None:
    action, caller = plan(target_date="30 June 2026"), api(people.contributor)
    body = {"action": action.pk, "target_date": "30 July 2026", "reason": "Late.", "version": 1}
    caller.post(PATH, body)
    row = caller.get(f"/api/v1/actions/{action.pk}/").json()
    assert row["original_target_date"]["words"] == "30 June 2026"
    assert row["times_moved"] == 1
    assert row["days_late_original"] == row["days_late"] + 30


def test_a_move_without_a_reason_is_refused(api: Callable, people: People, plan: Callable) -> None:
    path = f"/api/v1/actions/{plan(target_date='30 June 2027').pk}/"
    body = {"target_date": "30 July 2027", "version": 1}
    caller = api(people.contributor)
    assert caller.patch(path, body).json()["errors"][0]["field"] == "reason"
    assert caller.patch(path, body | {"reason": "Late."}).status_code == 200
    assert TargetRevision.objects.get().reason == "Late."


def test_a_first_date_is_no_move(api: Callable, people: People, plan: Callable) -> None:
    body = {"action": plan(target_date="").pk, "target_date": "30 July 2027", "reason": "So.", "version": 1}
    answer = api(people.contributor).post(PATH, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "action"


def test_a_move_at_an_old_version_is_shown_the_action(api: Callable, people: People, plan: Callable) -> None:
    body = {"action": plan(target_date="30 June 2027").pk, "reason": "Late.", "version": 1}
    caller = api(people.contributor)
    caller.post(PATH, body | {"target_date": "30 July 2027"})
    answer = caller.post(PATH, body | {"target_date": "30 August 2027"})
    assert answer.status_code == 412
    assert answer.json()["current"]["version"] == 2
    assert answer.json()["current"]["label"] == "1a"


def test_a_move_follows_the_reach_of_the_action(
    api: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action = plan(target_date="30 June 2027", lead=bodies.police)
    body = {"action": action.pk, "target_date": "30 July 2027", "reason": "Late.", "version": 1}
    assert api(people.sibling).post(PATH, body).status_code == 400
    path = api(people.partner).post(PATH, body).json()["url"]
    assert api(people.contributor).get(path).status_code == 200
    assert api(people.sibling).get(path).status_code == 404
