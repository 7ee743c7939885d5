"""Updates and readings: added once, after the answers were checked."""

from collections.abc import Callable

import pytest

from recommendations.models import Inspection, ProgressUpdate, Reading
from recommendations.operations.updates import record_update
from tests.factories import NOW, People
from tests.pages.writing import check, confirm, events, hidden, problems, where, words, written

TEXT = "Fourteen of 20 practitioners are trained."


@pytest.mark.postgres
def test_an_update_is_written_once_confirmed(screens: Callable, people: People, plan: Callable) -> None:
    action, browser = plan(), screens(people.contributor)
    path, before = where(action, "updates/new/"), events()
    checked = check(browser, path, text=TEXT, dated="1/3/2026")
    assert TEXT in words(checked)
    assert "1 March 2026" in words(checked)
    assert events() == before
    page = words(browser.get(confirm(browser, path, checked)["Location"]))
    assert "The update on BSG-2023-1 action 1a is recorded." in page
    assert ProgressUpdate.objects.get().action == action


def test_a_choice_that_was_left_open_is_said_in_the_words_of_the_form(
    screens: Callable, people: People, plan: Callable
) -> None:
    checked = check(screens(people.contributor), where(plan(), "updates/new/"), text=TEXT, dated="1/3/2026")
    assert "None: this is a new update" in words(checked)


def test_an_update_that_is_sent_twice_is_written_once(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    path = where(action, "updates/new/")
    checked = check(browser, path, text=TEXT, dated="1/3/2026")
    for _ in range(2):
        assert confirm(browser, path, checked).status_code == 302
    assert ProgressUpdate.objects.count() == 1


def test_the_same_words_on_another_occasion_are_another_update(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    for _ in range(2):
        written(browser, where(action, "updates/new/"), text=TEXT, dated="1/3/2026")
    assert ProgressUpdate.objects.count() == 2


def test_answers_that_were_changed_in_the_page_of_answers_are_tried_again(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    path = where(action, "updates/new/")
    checked = check(browser, path, text=TEXT, dated="1/3/2026")
    answer = browser.post(path, {**hidden(checked), "text": "", "stage": "confirm"})
    assert "What happened: Fill this in" in problems(answer)
    assert not ProgressUpdate.objects.exists()


def test_a_wrong_update_says_all_that_is_wrong_in_the_words_of_the_api(
    screens: Callable, api: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    answer = api(people.contributor).post(
        "/api/v1/updates/",
        {"recommendation": recommendation.reference, "text": "\x07", "dated": "2027-01-01"},
    )
    said = [one["detail"] for one in answer.json()["errors"]]
    assert len(said) == 2
    page = check(
        screens(people.contributor), where(recommendation, "updates/new/"), text="\x07", dated="1/1/2027"
    )
    for sentence in said:
        assert any(one.endswith(sentence) for one in problems(page)), (sentence, problems(page))


def test_a_mistake_is_corrected_by_an_update_that_names_it(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    first = record_update(recommendation=recommendation, text="Wrong.", by=people.contributor, at=NOW)
    browser = screens(people.contributor)
    written(
        browser, where(recommendation, "updates/new/"), text="Right.", dated="2/3/2026", corrects=first.pk
    )
    assert ProgressUpdate.objects.get(text="Right.").corrects == first


@pytest.mark.parametrize("page", ["updates/new/", "readings/new/", "evidence/new/"])
@pytest.mark.parametrize(("who", "status"), [("sibling", 404), ("viewer", 403), ("assurer", 403)])
def test_what_is_not_theirs_to_add_is_refused_and_out_of_reach_is_absent(
    screens: Callable, people: People, bsg: Inspection, page: str, who: str, status: int
) -> None:
    answer = screens(getattr(people, who)).get(where(bsg.recommendations.get(number=1), page))
    assert answer.status_code == status


def test_a_reading_is_set_against_the_baseline(screens: Callable, people: People, bsg: Inspection) -> None:
    recommendation, browser = bsg.recommendations.get(number=1), screens(people.contributor)
    measure = recommendation.measures.order_by("pk")[0]
    given = {"measure": measure.pk, "taken_on": "1/3/2026", "n": 40, "out_of": 60, "source": "Case audit"}
    page = words(browser.get(written(browser, where(recommendation, "readings/new/"), **given)["Location"]))
    assert Reading.objects.get().n == 40
    assert "The reading is recorded. Against the baseline:" in page


def test_a_reading_says_all_that_is_wrong_at_once(screens: Callable, people: People, bsg: Inspection) -> None:
    recommendation, browser = bsg.recommendations.get(number=1), screens(people.contributor)
    measure = recommendation.measures.order_by("pk")[0]
    given = {"measure": measure.pk, "taken_on": "1/1/2027", "n": 70, "out_of": 60, "source": "Case audit"}
    shown = problems(check(browser, where(recommendation, "readings/new/"), **given))
    assert len(shown) == 2
    assert "How many cases: 70 out of 60 cannot be." in shown
