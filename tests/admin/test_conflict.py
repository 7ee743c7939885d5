"""Two people change the same row: the second sees both, and decides."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

from recommendations.models import Action, Event, ProgressUpdate
from recommendations.operations.actions import revise_action
from tests.admin.test_screens import ACTIONS, action_form, change, form, new_action
from tests.factories import NOW, People


def rows(page: str) -> dict[str, list[str]]:
    """Field → yours, saved now, saved by."""
    flat = re.sub(r"\s+", " ", page)
    found = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>', flat)
    return {name: [yours, saved, by] for name, yours, saved, by in found}


def again(page: str) -> dict[str, list[str]]:
    """What “Save mine over it” posts."""
    posted: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        posted.setdefault(name, []).append(value)
    return posted


@dataclass
class Conflict:
    """The answer to a form that somebody posted too late."""

    answer: HttpResponse
    page: str
    path: str
    action: Action
    browser: Client


def stale(screens: Callable, people: People, plan: Callable, theirs: dict, **mine: object) -> Conflict:
    """The answer to a form that was opened before `theirs` was saved."""
    action = plan(target_date="30 June 2027")
    posted = action_form(action, **mine)
    revise_action(action=action, version=1, by=people.regional, at=NOW, **theirs)
    browser, path = screens(people.contributor), f"{ACTIONS}{action.pk}/change/"
    answer = browser.post(path, posted)
    return Conflict(answer, answer.content.decode(), path, action, browser)


def test_yours_and_what_is_saved_stand_side_by_side(
    screens: Callable, people: People, plan: Callable
) -> None:
    found = stale(screens, people, plan, {"description": "Theirs."}, description="Mine.")
    [yours, saved, by] = rows(found.page)["What is to be done"]
    assert (yours, saved) == ("Mine.", "Theirs.")
    assert by.startswith("regional, 2 March 2026")
    assert Action.objects.get().description == "Theirs."


def test_what_another_changed_and_i_did_not_is_no_change_of_mine(
    screens: Callable, people: People, plan: Callable
) -> None:
    found = stale(
        screens,
        people,
        plan,
        {"responsible_post": "Deputy", "contributors": [people_home()]},
        description="Mine.",
    )
    assert rows(found.page)["Responsible post"][:2] == ["You did not change this", "Deputy"]
    answer = found.browser.post(found.path, again(found.page))
    assert answer.status_code == 302
    action = Action.objects.get()
    assert (action.description, action.responsible_post) == ("Mine.", "Deputy")
    assert action.contributors.count() == 1


def people_home() -> object:
    from recommendations.models import Level, Organisation

    return Organisation.objects.filter(level=Level.PARTNER).order_by("pk")[0]


def test_save_mine_over_it_saves_mine(screens: Callable, people: People, plan: Callable) -> None:
    found = stale(screens, people, plan, {"description": "Theirs."}, description="Mine.")
    assert found.browser.post(found.path, again(found.page)).status_code == 302
    action = Action.objects.get()
    assert (action.description, action.version) == ("Mine.", 3)


def test_a_date_that_another_moved_is_not_moved_back_by_who_did_not_touch_it(
    screens: Callable, people: People, plan: Callable
) -> None:
    theirs = {"target_date": "Ongoing", "reason": "Funding is late."}
    found = stale(screens, people, plan, theirs, description="Mine.")
    assert rows(found.page)["Target date"][:2] == ["You did not change this", "Ongoing"]
    assert found.browser.post(found.path, again(found.page)).status_code == 302
    action = Action.objects.get()
    assert (action.description, action.target_words) == ("Mine.", "Ongoing")


def test_mine_is_refused_again_where_a_third_came_first(
    screens: Callable, people: People, plan: Callable
) -> None:
    found = stale(screens, people, plan, {"description": "Theirs."}, description="Mine.")
    revise_action(action=found.action, version=2, description="A third.", by=people.regional, at=NOW)
    answer = found.browser.post(found.path, again(found.page))
    assert answer.status_code == 409
    assert rows(answer.content.decode())["What is to be done"][:2] == ["Mine.", "A third."]


def test_keeping_what_is_saved_is_a_way_back(screens: Callable, people: People, plan: Callable) -> None:
    found = stale(screens, people, plan, {"description": "Theirs."}, description="Mine.")
    assert f'<a href="{found.path}" class="closelink">Keep what is saved</a>' in found.page


def test_a_form_in_which_nothing_was_changed_undoes_nothing(
    screens: Callable, people: People, plan: Callable
) -> None:
    found = stale(
        screens, people, plan, {"description": "Theirs.", "target_date": "Ongoing", "reason": "Why."}
    )
    assert found.answer.status_code == 302
    action = Action.objects.get()
    assert (action.description, action.target_words, action.version) == ("Theirs.", "Ongoing", 2)


def test_both_having_written_the_same_is_no_quarrel(
    screens: Callable, people: People, plan: Callable
) -> None:
    found = stale(screens, people, plan, {"description": "The same."}, description="The same.")
    assert found.answer.status_code == 302
    assert Action.objects.get().version == 2


def inline(action: Action, **given: object) -> dict[str, object]:
    """The form of its recommendation, with the row of the action as it was opened."""
    row = new_action(
        action.lead_id,
        id=action.pk,
        version_read=action.version,
        description=action.description,
        responsible_post=action.responsible_post,
        target_date=action.target_words,
    )
    row["actions-INITIAL_FORMS"] = 1
    return form(**{**row, **given})


def test_a_stale_row_under_a_recommendation_is_told_the_same_way(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan()
    posted = inline(action, **{"actions-0-description": "Mine."})
    posted |= {"updates-TOTAL_FORMS": 1, "updates-0-text": "On.", "updates-0-dated": "2026-01-31"}
    revise_action(action=action, version=1, description="Theirs.", by=people.regional, at=NOW)
    browser, path = screens(people.contributor), change(action.recommendation)
    page = browser.post(path, posted).content.decode()
    assert rows(page)["What is to be done"][:2] == ["Mine.", "Theirs."]
    assert not ProgressUpdate.objects.exists()
    assert browser.post(path, again(page)).status_code == 302
    action.refresh_from_db()
    assert action.description == "Mine."
    assert ProgressUpdate.objects.get().text == "On."


def test_an_untouched_row_under_a_recommendation_hinders_nothing_and_reverts_nothing(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan()
    posted = inline(action)
    posted |= {"updates-TOTAL_FORMS": 1, "updates-0-text": "On.", "updates-0-dated": "2026-01-31"}
    revise_action(action=action, version=1, description="Theirs.", by=people.regional, at=NOW)
    assert screens(people.contributor).post(change(action.recommendation), posted).status_code == 302
    action.refresh_from_db()
    assert (action.description, action.version) == ("Theirs.", 2)
    assert ProgressUpdate.objects.exists()


def test_what_is_saved_over_another_s_is_on_the_record(
    screens: Callable, people: People, plan: Callable
) -> None:
    found = stale(screens, people, plan, {"description": "Theirs."}, description="Mine.")
    found.browser.post(found.path, again(found.page))
    said = Event.objects.filter(verb="revise").order_by("-sequence")[0].content["rows"][0]
    assert (said["before"]["description"], said["after"]["description"]) == ("Theirs.", "Mine.")
