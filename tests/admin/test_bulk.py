"""What is done to many rows at once, and what leaves as a table."""

import csv
import io
from collections.abc import Callable

import pytest

from recommendations.models import Action, Event
from recommendations.operations.actions import revise_action
from tests.admin.test_screens import ACTIONS, LIST
from tests.factories import NOW, Bodies, People


def chosen(name: str, *rows: Action, **given: object) -> dict[str, object]:
    return {"action": name, "index": 0, "_selected_action": [row.pk for row in rows], **given}


def confirmed(name: str, *rows: Action, **given: object) -> dict[str, object]:
    """What the page that names the rows posts."""
    versions = {f"version-{row.pk}": row.version for row in rows}
    return chosen(name, *rows, confirmed="yes", **{**versions, **given})


def test_a_page_names_the_actions_before_they_are_assigned(
    screens: Callable, people: People, plan: Callable
) -> None:
    first, second, third = plan(1), plan(2), plan(3)
    page = screens(people.contributor).post(ACTIONS, chosen("assign_post", first, third)).content.decode()
    assert ">BSG-2023-1 action 1a</a>" in page
    assert ">BSG-2023-3 action 3a</a>" in page
    assert str(second) not in page
    assert Event.objects.filter(verb="revise").count() == 0


def test_actions_are_assigned_to_a_post_with_one_event_each(
    screens: Callable, people: People, plan: Callable
) -> None:
    rows = [plan(1), plan(2)]
    posted = confirmed("assign_post", *rows, responsible_post="Deputy head")
    page = screens(people.contributor).post(ACTIONS, posted, follow=True).content.decode()
    assert "2 actions are assigned." in page
    assert set(Action.objects.values_list("responsible_post", flat=True)) == {"Deputy head"}
    assert Event.objects.filter(verb="revise", actor=people.contributor).count() == 2


def test_actions_are_assigned_to_a_person_and_to_nobody(
    screens: Callable, people: People, plan: Callable
) -> None:
    row, browser = plan(1), screens(people.contributor)
    browser.post(ACTIONS, confirmed("assign_person", row, person=people.contributor.pk))
    row.refresh_from_db()
    assert row.person == people.contributor
    browser.post(ACTIONS, confirmed("assign_person", row, person=""))
    row.refresh_from_db()
    assert row.person is None


def test_a_person_whom_one_may_not_name_cannot_be_posted(
    screens: Callable, people: People, plan: Callable
) -> None:
    row = plan(1)
    screens(people.contributor).post(ACTIONS, confirmed("assign_person", row, person=people.inspector.pk))
    row.refresh_from_db()
    assert (row.person, row.version) == (None, 1)


def test_one_stale_row_refuses_all_and_is_named(screens: Callable, people: People, plan: Callable) -> None:
    first, second = plan(1), plan(2)
    revise_action(action=second, version=1, description="Other.", by=people.contributor, at=NOW)
    posted = confirmed("assign_post", first, second, responsible_post="Deputy head")
    page = screens(people.contributor).post(ACTIONS, posted).content.decode()
    assert "BSG-2023-2 action 2a was changed since this page was shown" in page
    assert "BSG-2023-1 action 1a was changed" not in page
    assert not Action.objects.filter(responsible_post="Deputy head").exists()
    assert f'name="version-{second.pk}" value="2"' in page


def test_one_row_of_another_s_refuses_all_and_is_named(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    from recommendations import roles
    from recommendations.operations.accounts import grant_role, system_actor

    grant_role(
        user=people.contributor,
        role=roles.VIEWER,
        home=bodies.pdu,
        reach=bodies.national,
        by=system_actor(),
        at=NOW,
    )
    mine, theirs = plan(1), plan(7)
    posted = confirmed("assign_post", mine, theirs, responsible_post="Deputy head")
    page = screens(people.contributor).post(ACTIONS, posted).content.decode()
    assert "BSG-2023-7 action 7a: Your roles do not let you" in page
    assert not Action.objects.filter(responsible_post="Deputy head").exists()


def test_rows_out_of_reach_are_neither_named_nor_changed(
    screens: Callable, people: People, plan: Callable
) -> None:
    own, hidden = plan(1), plan(7)
    browser = screens(people.contributor)
    page = browser.post(ACTIONS, chosen("assign_post", own, hidden)).content.decode()
    assert "BSG-2023-7" not in page
    posted = confirmed("assign_post", own, hidden, responsible_post="Deputy head")
    page = browser.post(ACTIONS, posted).content.decode()
    assert "1 of those that you chose are no longer in this list" in page
    assert not Action.objects.filter(responsible_post="Deputy head").exists()


@pytest.mark.parametrize("who", ["viewer", "assurer", "inspector", "administrator"])
def test_who_does_not_plan_assigns_nothing(
    screens: Callable, people: People, plan: Callable, who: str
) -> None:
    row, browser = plan(1), screens(getattr(people, who))
    assert "Assign to a post" not in browser.get(ACTIONS).content.decode()
    browser.post(ACTIONS, confirmed("assign_post", row, responsible_post="Deputy head"))
    row.refresh_from_db()
    assert row.version == 1


def exported(answer: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))  # type: ignore[attr-defined]


def test_actions_leave_as_a_table(screens: Callable, people: People, plan: Callable) -> None:
    row = plan(1, target_date="30 June 2027")
    answer = screens(people.viewer).post(ACTIONS, chosen("export", row))
    [line] = exported(answer)
    assert (line["Recommendation"], line["Action"]) == ("BSG-2023-1", "1a")
    assert (line["Due at the latest"], line["Status"]) == ("2027-06-30", "Not started")
    assert answer["Content-Disposition"].startswith("attachment")


def test_text_that_a_spreadsheet_would_run_is_made_plain(
    screens: Callable, people: People, plan: Callable
) -> None:
    row = plan(1, description='=HYPERLINK("https://evil.example/")', responsible_post="@SUM(A1)")
    [line] = exported(screens(people.viewer).post(ACTIONS, chosen("export", row)))
    assert line["What is to be done"].startswith("'=HYPERLINK")
    assert line["Responsible post"] == "'@SUM(A1)"


def test_only_rows_in_reach_leave_whatever_is_posted(
    screens: Callable, people: People, plan: Callable
) -> None:
    own, hidden = plan(1), plan(7)
    lines = exported(screens(people.contributor).post(ACTIONS, chosen("export", own, hidden)))
    assert [line["Action"] for line in lines] == ["1a"]


def test_recommendations_leave_with_their_four_statuses(
    screens: Callable, people: People, plan: Callable
) -> None:
    row = plan(1, target_date="1 May 2024").recommendation
    [line] = exported(screens(people.viewer).post(LIST, chosen("export", row)))
    assert line["Status"] == "Awaiting response"
    assert line["Evidence"] == "None accepted"
    assert line["Schedule"].startswith("Overdue by ")
    assert line["Judgement"] == "Not reviewed"
