"""Charts: the sentence, the table, the CSV and SQL say the same; and what is drawn is what is counted."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from recommendations.models import Inspection, Level, Recommendation
from recommendations.operations.accounts import system_actor
from recommendations.operations.organisations import create_organisation
from recommendations.operations.ownership import change_owner
from recommendations.pages.charts.figure import ChartFigure
from tests.factories import NOW, Bodies, People
from tests.pages.standing_story import plain, told

NAMES = ["progress", "verified", "overdue"]


@pytest.fixture
def story(bsg: Inspection, people: People, bodies: Bodies) -> SimpleNamespace:
    return told(bsg, people, bodies)


def figures(browser: Any, address: str = "/") -> dict[str, ChartFigure]:
    return {figure.name: figure for figure in browser.get(address).context["figures"]}


def csv_rows(browser: Any, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sql(words: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(words)
        return cursor.fetchall()


@pytest.mark.parametrize("who", ["inspector", "partner"])
@pytest.mark.parametrize("when", [None, "begun"])
def test_the_csv_is_the_table(
    screens: Callable, people: People, story: SimpleNamespace, who: str, when: str | None
) -> None:
    browser = screens(getattr(people, who))
    query = f"?as_of={getattr(story, when)}" if when else ""
    for figure in figures(browser, f"/{query}").values():
        headings, *rows = csv_rows(browser, figure.csv)
        assert headings == [column.name for column in figure.table.columns]
        assert rows == [[str(cell) for cell in row] for row in figure.table.rows]


def test_the_stages_are_those_of_sql_and_the_sentence_says_them(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    figure = figures(screens(people.inspector))["progress"]
    [counted] = sql(
        "SELECT SUM(CASE WHEN judged_verified THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN status IN ('submitted', 'closed') AND NOT judged_verified THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN status = 'in_progress' AND NOT judged_verified THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN status IN ('awaiting_response', 'not_agreed') AND NOT judged_verified"
        " THEN 1 ELSE 0 END), COUNT(*) FROM recommendations_recommendationhistory WHERE valid_to IS NULL"
    )
    assert figure.table.rows[-1] == ("All", *counted) == ("All", 1, 1, 1, 6, 9)
    assert figure.headline == "1 of 9 recommendations is verified; 1 more claimed"
    numbers = [int(number) for number in re.findall(r"\d+", figure.sentence)]
    assert numbers == [counted[-1], *counted[:-1]]


def test_the_parts_of_a_whole_add_up_to_it(screens: Callable, people: People, story: SimpleNamespace) -> None:
    table = figures(screens(people.inspector))["progress"].table
    *parts, whole = [row[1:] for row in table.rows]
    assert [sum(column) for column in zip(*parts, strict=True)] == list(whole)
    assert [row[0] for row in table.rows] == [
        "HM Prison and Probation Service itself",
        "South West region",
        "All",
    ]


def test_each_point_of_the_course_is_what_sql_says_of_that_day(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    figure = figures(screens(people.inspector))["verified"]
    published = [day for (day,) in Recommendation.objects.values_list("inspection__published_latest")]
    spells = list(
        Recommendation.objects.filter(history__judged_verified=True).values_list(
            "history__valid_from__date", "history__valid_to__date"
        )
    )
    for day, raised, verified in figure.table.rows:
        assert raised == sum(one <= day for one in published)
        assert verified == sum(begin <= day and (end is None or end > day) for begin, end in spells)
    assert figure.table.rows[0] == (date(2023, 8, 31), 9, 0)
    assert figure.table.rows[-1][1:] == (9, 1)
    assert "9 recommendations have been raised, and 1 (11%) is verified" in figure.sentence


def test_the_bands_are_those_of_sql_and_the_sentence_says_them(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    figure = figures(screens(people.inspector), f"/?as_of={story.moved}")["overdue"]
    due = sql(
        "SELECT MIN(target_latest) FROM recommendations_action WHERE status = 'not_started'"
        " GROUP BY recommendation_id"
    )
    late = [(story.moved - date.fromisoformat(str(day))).days for (day,) in due]
    bands = Counter("31 to 90 days" for days in late if 31 <= days <= 90)
    expected = [("Up to 30 days", 0), ("31 to 90 days", 1), ("91 to 180 days", 0), ("Over 180 days", 0)]
    assert figure.table.rows == [*expected, ("All", 1)]
    assert bands == {"31 to 90 days": 1}
    assert figure.sentence.startswith("Of 1 overdue: 0 by up to 30 days, 1 by 31 to 90 days")
    assert figure.sentence.endswith("The median is 41 days.")


def test_a_chart_of_one_organisation_counts_it_and_all_under_it(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    browser = screens(people.inspector)
    figure = figures(browser, "/organisations/south-west/")["progress"]
    assert figure.table.rows[-1][-1] == 7
    assert csv_rows(browser, figure.csv)[-1][-1] == "7"
    assert csv_rows(browser, "/charts/verified.csv?organisation=south-west")[-1][1:] == ["7", "1"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("nothing.csv", 404),
        ("progress.csv?organisation=no-such-body", 404),
        ("progress.csv?organisation=south-west", 404),
        ("progress.csv?organisation=", 404),
        ("progress.csv?as_of=never", 400),
        ("progress.csv?show=all", 400),
    ],
)
def test_a_csv_that_cannot_be_is_refused(
    screens: Callable, people: People, bsg: Inspection, address: str, status: int
) -> None:
    assert screens(people.contributor).get(f"/charts/{address}").status_code == status


def test_a_csv_counts_no_more_than_its_reader_reaches(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    for user, total in ((people.contributor, "5"), (people.partner, "1"), (people.sibling, "0")):
        assert csv_rows(screens(user), "/charts/progress.csv")[-1][-1] == total


def test_no_name_becomes_a_formula(
    screens: Callable, people: People, bodies: Bodies, bsg: Inspection
) -> None:
    given = {"level": Level.PDU, "parent": bodies.region, "by": system_actor(), "at": NOW}
    body = create_organisation(name="=1+1 PDU", **given)
    first = bsg.recommendations.get(number=1)
    moved = {"owner": body, "reason": "Reorganised.", "by": people.inspector, "at": NOW}
    change_owner(recommendation=first, version=first.version, **moved)
    names = [row[0] for row in csv_rows(screens(people.regional), "/charts/progress.csv")]
    assert "'=1+1 PDU" in names
    assert "=1+1 PDU" not in names


def test_each_chart_is_named_by_its_finding_and_has_its_table_beside_it(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    page = screens(people.inspector).get(f"/?as_of={story.moved}").content.decode()
    for name in NAMES:
        [drawn] = re.findall(rf'<svg[^>]*aria-labelledby="{name}-headline {name}-sentence"[^>]*>', page)
        assert 'role="img"' in drawn
        for part in ("headline", "sentence", "caption"):
            assert page.count(f'id="{name}-{part}"') == 1
        assert f'href="/charts/{name}.csv?as_of={story.moved}"' in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_a_chart_says_where_its_numbers_come_from_and_of_which_day(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    page = plain(screens(people.inspector).get(f"/?as_of={story.moved}").content.decode())
    assert page.count("Source: Recommendation tracker, as at 7 March 2026.") == len(NAMES)
