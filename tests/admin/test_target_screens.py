"""Target dates on the screens: the move asks why, and every move stays to be seen; statuses in the list."""

import re
from collections.abc import Callable

import pytest

from recommendations.models import Action, TargetRevision
from recommendations.operations.targets import revise_target
from tests.admin.journey import claimed
from tests.admin.test_screens import ACTIONS, LIST, action_form, listed
from tests.factories import NOW, People


def test_moving_a_date_asks_why(screens: Callable, people: People, plan: Callable) -> None:
    action, browser = plan(target_date="31 March 2027"), screens(people.contributor)
    path = f"{ACTIONS}{action.pk}/change/"
    page = browser.post(path, action_form(action, target_date="30 June 2027")).content.decode()
    assert "Why the date moves: Say why the target date moves from “31 March 2027”." in page
    posted = action_form(action, target_date="30 June 2027", reason="Two posts are vacant.")
    assert browser.post(path, posted).status_code == 302
    assert TargetRevision.objects.get().reason == "Two posts are vacant."


def test_a_reason_alone_changes_nothing(screens: Callable, people: People, plan: Callable) -> None:
    action = plan(target_date="31 March 2027")
    screens(people.contributor).post(f"{ACTIONS}{action.pk}/change/", action_form(action, reason="Because."))
    assert Action.objects.get().version == 1


def test_an_action_says_how_often_its_date_moved_and_why(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan(target_date="31 March 2099")
    for version, words in enumerate(("30 April 2099", "30 June 2099"), start=1):
        revise_target(
            action=action,
            version=version,
            target_date=words,
            reason=f"Reason {version}.",
            by=people.contributor,
            at=NOW,
        )
    page = screens(people.viewer).get(f"{ACTIONS}{action.pk}/change/").content.decode()
    assert "Due 30 June 2099, first due 31 March 2099, moved twice" in page
    assert "Reason 1." in page
    assert "Reason 2." in page


def row(page: str, reference: str) -> list[str]:
    """The words in the columns after owner: status, evidence, schedule, judgement, unsupported claim."""
    flat = " ".join(page.split())
    line = re.search(rf"<tr>(?:(?!</tr>).)*>{reference}<.*?</tr>", flat)
    assert line
    return re.findall(r'class="field-(?:status|evidence|schedule|judged|unsupported)[^"]*">([^<]*)<', line[0])


def test_the_list_shows_the_four_statuses_and_the_gap_in_words(
    screens: Callable, people: People, plan: Callable
) -> None:
    plan(3, target_date="1 May 2024")
    claimed(plan(1), people)
    page = screens(people.viewer).get(LIST).content.decode()
    late = row(page, "BSG-2023-3")
    assert late[0] == "Awaiting response"
    assert late[1] == "None accepted"
    assert re.match(r"Overdue by \d+ days", late[2])
    assert late[3:] == ["Not reviewed", "None"]
    assert row(page, "BSG-2023-1")[-1] == "Nothing above output, No clear change"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("unsupported_claim=yes", [1]),
        ("awaiting=yes", [1]),
        ("no_recent_update=yes", [2, 3, 4, 5, 6]),
        ("status__exact=submitted", [1]),
    ],
)
def test_filters_find_what_needs_looking_at(
    screens: Callable, people: People, plan: Callable, query: str, numbers: list[int]
) -> None:
    claimed(plan(1), people)
    found = listed(screens(people.contributor), f"{LIST}?{query}")
    wanted = [number for number in numbers if query != "no_recent_update=yes" or number != 1]
    assert [one for one in found if one != "BSG-2023-1" or 1 in wanted] == [f"BSG-2023-{n}" for n in wanted]
