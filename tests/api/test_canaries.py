"""Words that a body writes about its work are told to nobody out of reach, nor what follows from them.

The PDU, the region and the national service each write their own word wherever a person may write.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from recommendations.api.filters.recommendation import SCOPED_FILTERS, RecommendationFilter
from recommendations.api.urls import router
from recommendations.models import Inspection, Measure
from recommendations.operations.readings import add_reading
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from tests.factories import NOW, TODAY, People
from tests.operations.work import attach, fresh, judge, plan, take, update

pytestmark = pytest.mark.django_db
VIEWS = {prefix: view for prefix, view, _ in router.registry}
PUBLISHED = ["organisations", "frameworks", "standards", "inspections", "recommendations", "measures"]
OWNED = {"pdu": ("contributor", 1), "region": ("regional", 7), "national": ("national", 9)}
WORDS = {body: f"canaryof{body}" for body in OWNED}
READS = {
    "contributor": {"pdu"},
    "regional": {"pdu", "region"},
    "viewer": {"pdu", "region", "national"},
    "sibling": set(),
    "outsider": set(),
}
SHORT = {"contributor", "outsider"}
READERS = [pytest.param(who, marks=() if who in SHORT else pytest.mark.slow) for who in READS]
STRANGERS = [pytest.param(who, marks=pytest.mark.slow) for who in ("partner", "sibling")] + ["outsider"]


@pytest.fixture
def write(bsg: Inspection, people: People) -> Callable[[], dict[str, Any]]:
    """Write every word; returns the action, the update and the evidence of the PDU."""

    def written() -> dict[str, Any]:
        made = {}
        for body, (who, number) in OWNED.items():
            made[body] = _work(bsg.recommendations.get(number=number), getattr(people, who), people, body)
        return made["pdu"]

    return written


def _work(subject: Any, owner: Any, people: People, body: str) -> dict[str, Any]:
    word, by = WORDS[body], {"by": owner, "at": NOW}
    take(subject, "respond", owner, answer="partly_agreed", accepted_part=word, reason=word)
    plain = {"description": word, "responsible_post": word, "target_date": "30 June 2025"}
    action = plan(subject, owner, **plain)
    revise_target(action=action, version=1, target_date="30 July 2025", reason=word, **by)
    said = update(action, owner, text=word)
    shown = attach(action, owner, title=word, url=f"https://example.org/{word}")
    judge(shown, people.assurer, reason=word)
    measure = Measure.objects.filter(recommendation=subject).earliest("pk")
    figure = {"n": 5, "out_of": 10} if measure.out_of else {"value": Decimal(40)}
    add_reading(measure=measure, taken_on=TODAY, source=word, note=word, **figure, **by)
    code = subject.inspection.framework.judgements.all()[1].code
    record_review(recommendation=subject, judgement=code, narrative=word, by=people.inspector, at=NOW)
    return {"action": fresh(action), "update": said, "evidence": shown}


def text_of(caller: APIClient, path: str) -> str:
    answer = caller.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.getvalue().decode()


def told(text: str) -> set[str]:
    """The bodies whose words are in the text."""
    return {body for body, word in WORDS.items() if word in text}


@pytest.mark.parametrize("who", READERS)
def test_no_list_and_no_export_tells_a_word_out_of_reach(
    who: str, api: Callable, people: People, write: Callable
) -> None:
    write()
    caller, seen = api(getattr(people, who)), set()
    for prefix, view in VIEWS.items():
        orders = [f"ordering={sign}{name}" for name in view.orderings for sign in ("", "-")]
        filters = view.filterset_class.base_filters if view.filterset_class else {}
        changes = ["changed_after=0"] if "changed_after" in filters else []
        for query in ("format=csv", "format=ndjson", *orders, *changes):
            found = told(text_of(caller, f"{prefix}/?{query}"))
            assert found <= READS[who], (prefix, query)
            seen |= found
    assert seen == READS[who]


@pytest.mark.parametrize("who", READERS)
def test_no_search_finds_a_word_out_of_reach_nor_counts_it(
    who: str, api: Callable, people: People, write: Callable
) -> None:
    write()
    caller, seen = api(getattr(people, who)), set()
    for prefix in (prefix for prefix, view in VIEWS.items() if view.search_fields):
        for body, word in WORDS.items():
            page = caller.get(f"/api/v1/{prefix}/?search={word}&count=true").json()
            assert page["count"] == len(page["results"])
            seen |= {body} if page["count"] else set()
    assert seen == READS[who]


@pytest.mark.parametrize("who", STRANGERS)
def test_work_out_of_reach_changes_no_page_no_order_and_no_count(
    who: str, api: Callable, people: People, write: Callable, bsg: Inspection
) -> None:
    caller = api(getattr(people, who))
    before = everything_public(caller)
    write()
    assert everything_public(caller) == before


def everything_public(caller: APIClient) -> dict[str, Any]:
    """Every public list in each of its orders, the summary, and how many each filter of the work leaves."""
    orders = [
        f"{prefix}/?ordering={sign}{name}"
        for prefix in PUBLISHED
        for name in VIEWS[prefix].orderings
        for sign in ("", "-")
    ]
    filters = {name: RecommendationFilter.base_filters[name] for name in SCOPED_FILTERS}
    choices = [
        f"recommendations/?fields=reference&{name}={code}"
        for name, one in sorted(filters.items())
        if one.is_inlined
        for code, _ in one.extra["choices"]
    ]
    others = {"due_from": TODAY, "due_to": TODAY, "due_within": 36_500, "judgement": "none"}
    values = [f"recommendations/?fields=reference&{name}={value}" for name, value in others.items()]
    paths = [*orders, *choices, *values, "summary/", "summary/?by=status", "inspections/BSG-2023/"]
    answers = {path: caller.get(f"/api/v1/{path}").json() for path in paths}
    return {path: answer.get("results", answer) for path, answer in answers.items()}


@pytest.mark.parametrize("who", ["sibling", "outsider"])
def test_no_refusal_tells_a_word_out_of_reach(
    who: str, api: Callable, people: People, write: Callable
) -> None:
    made = write()
    action, said, shown = made["action"].pk, made["update"].pk, made["evidence"].pk
    one = {"recommendation": "BSG-2023-1"}
    attempts = [
        ("patch", f"actions/{action}/", {"description": "Other.", "version": 1}),
        ("post", f"actions/{action}/steps/", {"step": "start", "version": 1}),
        ("post", "actions/bulk/", {"items": [{"id": action, "description": "Other.", "version": 1}]}),
        ("post", "target-revisions/", {"action": action, "target_date": "2027", "version": 1}),
        ("post", "updates/", {**one, "action": action, "text": "On.", "corrects": said}),
        ("post", f"updates/{said}/redact/", {"reason": "It names a person."}),
        ("post", f"evidence/{shown}/verdict/", {"verdict": "rejected", "reason": "Seen.", "version": 1}),
        ("post", "recommendations/BSG-2023-1/steps/", {"step": "respond", "version": 1}),
        ("post", "responses/", {**one, "answer": "agreed", "version": 1}),
    ]
    caller = api(getattr(people, who))
    for method, path, body in attempts:
        answer = getattr(caller, method)(f"/api/v1/{path}", body)
        assert answer.status_code in {400, 403, 404, 409}, (path, answer.status_code)
        assert told(answer.content.decode()) == set(), path
