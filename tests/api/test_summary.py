"""The summary: every number of it is the count of a list, for whoever asks, today and on a past day."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from rest_framework.test import APIClient

from recommendations import workflow
from recommendations.api import summary
from recommendations.api.serializers.summary import SPLITS, OpenAgeSerializer
from recommendations.api.views.summary import SummaryViewSet
from recommendations.models import Inspection
from recommendations.operations.ownership import change_owner
from recommendations.operations.responses import respond
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.operations.updates import record_update
from tests.factories import NOW, TODAY, Bodies, People

SUMMARY = "/api/v1/summary/"
LIST = "/api/v1/recommendations/"
DAY = timedelta(days=1)
WHO = ["inspector", "regional", "partner", "outsider"]
DIMENSIONS = ["response", "status", "evidence_level", "schedule_status", "judgement"]
# A filter of the work that holds for all: what is listed is what is in scope.
IN_SCOPE = f"status__in={','.join(workflow.RECOMMENDATION.states)}"
FILTERS = [
    "inspection=BSG-2023",
    "standard=2.2",
    "response=agreed",
    "status=in_progress&status=submitted",
    "open=true",
    "overdue=true",
    "overdue=false",
    "no_recent_update=true",
    "unsupported_claim=true",
    "unsupported_claim_reason=judged_short",
    "judgement=none",
    "due_from=2026-04-01",
    "search=staff",
    "owner=bristol-and-south-gloucestershire-pdu",
]
MOVES = AUTHENTICATION = 1
BUDGET = 2 + MOVES + AUTHENTICATION


@pytest.fixture
def story(
    submitted: Callable,
    answered: Callable,
    plan: Callable,
    bsg: Inspection,
    people: People,
    bodies: Bodies,
) -> SimpleNamespace:
    """Work of every kind on the second day; on the sixth one recommendation is the region's.

    The police lead one of the two actions of recommendation 2, of which both targets have moved.
    """
    at = NOW + DAY
    submitted(1, at=at)
    answered(2, at=at)
    third = bsg.recommendations.get(number=3)
    refusal = {"answer": "not_agreed", "reason": "No money."}
    respond(recommendation=third, version=third.version, **refusal, by=people.contributor, at=at)
    judged = {"judgement": bsg.framework.judgements.all()[1].code, "narrative": "Plans are not used."}
    record_review(recommendation=bsg.recommendations.get(number=1), **judged, by=people.inspector, at=at)
    led = plan(2, lead=bodies.police, target_date="30 April 2026", at=at)
    own = plan(2, target_date="30 June 2026", at=at)
    plan(4, target_date="30 June 2099", at=at)
    moved = {"reason": "Late.", "by": people.contributor}
    revise_target(action=led, version=1, target_date="30 May 2026", **moved, at=at)
    revise_target(action=own, version=1, target_date="30 July 2026", **moved, at=at)
    revise_target(action=own, version=2, target_date="30 August 2026", **moved, at=NOW + 3 * DAY)
    fifth = bsg.recommendations.get(number=5)
    given_to = {"owner": bodies.region, "reason": "Reorganised."}
    change_owner(
        recommendation=fifth, version=fifth.version, **given_to, by=people.inspector, at=NOW + 5 * DAY
    )
    return SimpleNamespace(start=TODAY, begun=TODAY + DAY, moved=TODAY + 5 * DAY)


def rows_of(caller: APIClient, query: str = "") -> list[dict[str, Any]]:
    answer = caller.get(f"{SUMMARY}?{query}")
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def slug_of(row: dict[str, Any]) -> str | None:
    return row["organisation"] and row["organisation"]["slug"]


def listed(caller: APIClient, row: dict[str, Any], *conditions: str) -> int:
    """How many the list has that belong to the row."""
    under = [f"owner_subtree={slug}"] if (slug := slug_of(row)) else []
    asked = "&".join([*under, *(condition for condition in conditions if condition)])
    # A filter by status leaves out what is out of scope by itself.
    query = asked if "status" in parse_qs(asked) else f"{IN_SCOPE}&{asked}"
    return len(caller.get(f"{LIST}?{query}&fields=status&page_size=200").json()["results"])


def reconciled(caller: APIClient, row: dict[str, Any], query: str = "") -> Iterator[tuple[str, int, int]]:
    """Each number of the row: what it is, what the row says, what the list counts."""
    yield "all", row["recommendations"], listed(caller, row, query)
    for name in DIMENSIONS:
        for code, count in row[name].items():
            yield f"{name}={code}", count, listed(caller, row, query, f"{name}={code}")
    for code, count in row["unsupported_claim_reasons"].items():
        yield (
            f"unsupported_claim_reason={code}",
            count,
            listed(caller, row, query, f"unsupported_claim_reason={code}"),
        )
    for name in ("unsupported_claim", "no_recent_update", "open"):
        yield name, row[name], listed(caller, row, query, f"{name}=true")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("when", [None, pytest.param("begun", marks=pytest.mark.slow)])
def test_every_number_is_the_count_of_a_list(
    api: Callable, people: People, story: SimpleNamespace, who: str, when: str | None
) -> None:
    caller, query = api(getattr(people, who)), f"as_of={getattr(story, when)}" if when else ""
    differing = [
        (slug_of(row), *found)
        for row in rows_of(caller, query)
        for found in reconciled(caller, row, query)
        if found[1] != found[2]
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("who", "bodies_shown", "everything"),
    [
        ("inspector", ["national", "region", "pdu"], 9),
        ("regional", ["region", "pdu"], 7),
        ("contributor", ["pdu"], 5),
        ("partner", [], 1),
        ("sibling", [], 0),
        ("outsider", [], 0),
    ],
)
def test_rows_are_of_everything_in_scope_and_of_what_is_in_reach(
    api: Callable,
    people: People,
    bodies: Bodies,
    story: SimpleNamespace,
    who: str,
    bodies_shown: list[str],
    everything: int,
) -> None:
    rows = rows_of(api(getattr(people, who)))
    assert rows[0]["organisation"] is None
    assert rows[0]["recommendations"] == everything
    shown = {slug_of(row) for row in rows[1:]}
    assert shown >= {getattr(bodies, body).slug for body in bodies_shown}
    assert len(rows[1:]) == len(shown) == len(bodies_shown)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=st.sampled_from(WHO),
    filters=st.lists(st.sampled_from(FILTERS), unique_by=lambda one: one.split("=")[0], max_size=3),
    by=st.lists(st.sampled_from(list(SPLITS)), unique=True, max_size=4),
    when=st.sampled_from([None, "start", "begun", "moved"]),
    draws=st.data(),
)
def test_whatever_is_filtered_and_split_the_rows_reconcile_with_the_lists(
    api: Callable,
    people: People,
    story: SimpleNamespace,
    who: str,
    filters: list[str],
    by: list[str],
    when: str | None,
    draws: st.DataObject,
) -> None:
    """Split, the rows of an organisation add up to its own; each counts what the list has of it."""
    caller = api(getattr(people, who))
    query = "&".join([*filters, *([f"as_of={getattr(story, when)}"] if when else [])])
    whole = {slug_of(row): row["recommendations"] for row in rows_of(caller, query)}
    split = rows_of(caller, f"{query}&by={','.join(by)}" if by else query)
    summed: Counter[str | None] = Counter(dict.fromkeys(whole, 0))
    for row in split:
        summed[slug_of(row)] += row["recommendations"]
    assert summed == whole
    if split:
        row = draws.draw(st.sampled_from(split))
        # The same name twice would mean either.
        if not {one.split("=")[0] for one in filters} & {
            *by,
            *DIMENSIONS,
            "unsupported_claim",
            "unsupported_claim_reason",
        }:
            held = "&".join(f"{name}={_in_words(value)}" for name, value in row.get("by", {}).items())
            assert row["recommendations"] == listed(caller, row, query, held)


def _in_words(value: Any) -> str:
    """A value as queries and tables have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_rows_are_split_by_each_combination_that_occurs(
    api: Callable, people: People, story: SimpleNamespace
) -> None:
    rows = rows_of(api(people.contributor), "by=response&by=status")
    everything = [(row["by"], row["recommendations"]) for row in rows if row["organisation"] is None]
    assert everything == [
        ({"response": "none", "status": "awaiting_response"}, 2),
        ({"response": "agreed", "status": "in_progress"}, 1),
        ({"response": "agreed", "status": "submitted"}, 1),
        ({"response": "not_agreed", "status": "not_agreed"}, 1),
    ]


def test_what_is_split_by_may_be_repeated_or_stand_between_commas(
    api: Callable, people: People, story: SimpleNamespace
) -> None:
    caller = api(people.inspector)
    assert rows_of(caller, "by=unsupported_claim,response") == rows_of(
        caller, "by=response&by=unsupported_claim"
    )


def test_an_unknown_split_is_refused_with_those_that_are_known(api: Callable, people: People) -> None:
    answer = api(people.inspector).get(f"{SUMMARY}?by=response,colour")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == "by"
    assert "“colour”" in error["detail"]
    assert all(name in error["detail"] for name in SPLITS)


@pytest.mark.parametrize("name", ["colour", "page_size", "cursor", "count", "ordering"])
def test_an_unknown_parameter_is_refused_by_name(api: Callable, people: People, name: str) -> None:
    answer = api(people.inspector).get(f"{SUMMARY}?{name}=1")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == name


def test_only_the_fields_that_are_asked_for_are_given_in_their_order(api: Callable, people: People) -> None:
    row = rows_of(api(people.inspector), "fields=no_recent_update,organisation,recommendations")[0]
    assert list(row) == ["organisation", "recommendations", "no_recent_update"]
    assert list(rows_of(api(people.inspector))[0]) == list(SummaryViewSet.field_names("list", as_of=False))


@pytest.mark.parametrize("who", ["inspector", "contributor", "partner"])
def test_actions_are_those_that_the_caller_reads(
    api: Callable, people: People, story: SimpleNamespace, who: str
) -> None:
    caller = api(getattr(people, who))

    def count(query: str) -> int:
        return caller.get(f"/api/v1/actions/?{query}&count=true").json()["count"]

    states = "&".join(f"status={code}" for code in workflow.ACTION.open)
    expected = {"total": count("page_size=200"), "open": count(states)}
    assert expected["total"] == {"inspector": 3, "contributor": 3, "partner": 1}[who]
    assert rows_of(caller)[0]["actions"] == expected


@pytest.mark.parametrize("who", ["inspector", "contributor", "partner", "outsider"])
def test_moved_dates_are_those_of_the_list_of_target_revisions(
    api: Callable, people: People, story: SimpleNamespace, who: str
) -> None:
    caller = api(getattr(people, who))
    revisions = caller.get("/api/v1/target-revisions/?page_size=200").json()["results"]
    moved = {revision["action"]["id"] for revision in revisions}
    assert rows_of(caller)[0]["dates_moved"] == {"actions": len(moved), "moves": len(revisions)}


def test_moved_dates_are_the_same_whether_few_or_many_are_counted(
    api: Callable, people: People, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = api(people.partner)
    of_few = rows_of(caller, "fields=dates_moved")
    monkeypatch.setattr(summary, "FEW", 0)
    assert rows_of(caller, "fields=dates_moved") == of_few == [{"dates_moved": {"actions": 1, "moves": 1}}]


@pytest.mark.parametrize(
    ("when", "actions", "moves"),
    [("start", {"total": 0, "open": 0}, 0), ("begun", {"total": 3, "open": 3}, 2)],
)
def test_actions_and_moves_of_a_past_day_are_those_recorded_by_then(
    api: Callable,
    people: People,
    story: SimpleNamespace,
    when: str,
    actions: dict[str, int],
    moves: int,
) -> None:
    row = rows_of(api(people.inspector), f"as_of={getattr(story, when)}")[0]
    assert (row["actions"], row["dates_moved"]["moves"]) == (actions, moves)


def test_on_a_past_day_the_owners_are_those_of_then(
    api: Callable, people: People, bodies: Bodies, story: SimpleNamespace
) -> None:
    def owned(day: date) -> int:
        rows = rows_of(api(people.inspector), f"as_of={day}")
        return {slug_of(row): row["recommendations"] for row in rows}[bodies.pdu.slug]

    assert (owned(story.begun), owned(story.moved)) == (6, 5)


def test_a_past_day_is_named_in_the_answer(api: Callable, people: People, story: SimpleNamespace) -> None:
    body = api(people.inspector).get(f"{SUMMARY}?as_of={story.begun}").json()
    assert list(body) == ["as_of", "record_end", "results"]
    assert body["as_of"] == story.begun.isoformat()


def test_open_ones_have_the_age_of_their_report(
    api: Callable, people: People, bsg: Inspection, story: SimpleNamespace
) -> None:
    age = (story.begun - bsg.published_latest).days
    row = rows_of(api(people.inspector), f"as_of={story.begun}")[0]
    assert row["open_age_days"] == {"mean": age, "oldest": age}


def test_where_none_is_open_there_is_no_age(api: Callable, people: People) -> None:
    row = rows_of(api(people.inspector), "open=false")[0]
    assert row["open_age_days"] == {"mean": None, "oldest": None}


def test_the_mean_age_rounds_a_half_up() -> None:
    assert OpenAgeSerializer().value([{10: 1, 11: 1, None: 5}], ()) == {"mean": 11, "oldest": 11}


def test_a_table_has_the_numbers_of_the_objects(
    api: Callable, people: People, story: SimpleNamespace
) -> None:
    caller, query = api(people.inspector), "by=judgement,unsupported_claim"
    flat = [dict(_flat(row)) for row in rows_of(caller, query)]
    answer = caller.get(f"{SUMMARY}?{query}&format=csv")
    table = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [{name: word for name, word in row.items() if word} for row in table] == flat
    assert {"organisation.level", "by.unsupported_claim", "response.none", "open_age_days.mean"} <= table[
        0
    ].keys()


def _flat(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """As the cells of a table have it; what is null has no word."""
    for name, value in row.items():
        for under, one in value.items() if isinstance(value, dict) else [("", value)]:
            if one is not None:
                yield f"{name}.{under}" if under else name, _in_words(one)


def test_lines_are_the_rows(api: Callable, people: People, story: SimpleNamespace) -> None:
    caller = api(people.inspector)
    lines = caller.get(f"{SUMMARY}?format=ndjson").getvalue().splitlines()
    assert [orjson.loads(line) for line in lines] == rows_of(caller)


def test_a_spreadsheet_has_a_line_for_each_row(api: Callable, people: People, story: SimpleNamespace) -> None:
    caller = api(people.inspector)
    book = load_workbook(io.BytesIO(caller.get(f"{SUMMARY}?format=xlsx").getvalue()))
    head, *lines = book["Summary"].iter_rows(values_only=True)
    at = head.index("recommendations")
    assert [line[at] for line in lines] == [row["recommendations"] for row in rows_of(caller)]


def test_an_embargoed_report_counts_for_the_inspectorate_alone(
    api: Callable, people: People, story: SimpleNamespace
) -> None:
    Inspection.objects.update(published_earliest=date(2999, 1, 1), published_latest=date(2999, 1, 31))
    assert [row["recommendations"] for row in rows_of(api(people.contributor))] == [0]
    row = rows_of(api(people.inspector))[0]
    assert (row["recommendations"], row["open_age_days"]["oldest"]) == (9, 0)


@pytest.mark.parametrize("who", ["partner", "sibling", "outsider"])
def test_work_out_of_scope_changes_no_number(
    api: Callable, people: People, plan: Callable, story: SimpleNamespace, who: str
) -> None:
    caller = api(getattr(people, who))
    before = rows_of(caller, "by=status")
    action = plan(6, target_date="30 June 2026")
    moved = {"target_date": "30 July 2026", "reason": "Late.", "by": people.contributor, "at": NOW + 9 * DAY}
    revise_target(action=action, version=1, **moved)
    record_update(recommendation=action.recommendation, text="It goes on.", by=people.contributor, at=NOW)
    assert rows_of(caller, "by=status") == before


def cost(caller: APIClient, query: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        rows_of(caller, query)
    return len(queries)


def test_it_costs_the_same_at_3_rows_and_at_30(api: Callable, people: People, plan: Callable) -> None:
    caller = api(people.contributor)

    def grown(count: int) -> int:
        for number in range(count):
            action = plan(number % 6 + 1, target_date="30 June 2026")
            moved = {"target_date": "30 July 2026", "reason": "Late."}
            revise_target(action=action, version=1, **moved, by=people.contributor, at=NOW)
        return cost(caller, "by=response,status")

    at_3 = grown(3)
    assert grown(27) == at_3 == BUDGET


def test_what_is_left_out_is_not_asked_for(api: Callable, people: People) -> None:
    assert cost(api(people.contributor), "omit=dates_moved") == BUDGET - MOVES


@pytest.mark.parametrize("form", ["json", "csv"])
def test_it_is_not_sent_again_until_something_is_recorded(
    api: Callable, people: People, plan: Callable, form: str
) -> None:
    caller, path = api(people.contributor), f"{SUMMARY}?format={form}"
    first = caller.get(path)
    first.getvalue()  # Read to its end, an export gives its place back.
    held = {"If-None-Match": first["ETag"]}
    assert caller.get(path, headers=held).status_code == 304
    plan(1)
    after = caller.get(path, headers=held)
    after.getvalue()
    assert after.status_code == 200
