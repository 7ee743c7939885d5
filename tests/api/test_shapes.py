"""Rows of the read path and rows of the serializers are the same bytes; what is asked for alone is loaded."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, Prefetch
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from recommendations import workflow
from recommendations.access import with_my_steps
from recommendations.api.renderers import to_json
from recommendations.api.urls import router
from recommendations.models import (
    Action,
    Evidence,
    Inspection,
    Measure,
    Recommendation,
    RecommendationLink,
    User,
)
from recommendations.operations.evidence import Upload
from recommendations.operations.ownership import link_recommendations
from recommendations.operations.readings import add_reading
from recommendations.operations.redaction import redact
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.queries.statuses import with_kept_statuses, with_schedule, with_times_moved
from recommendations.queries.visibility import in_scope, reaches, visible
from tests.fixtures import NOW, TODAY, line, recorded, staffed
from tests.operations.work import attach, judge, plan, reach, take, update

RESOURCES = {prefix: view for prefix, view, _ in router.registry}
CALLERS = ("inspector", "contributor", "partner", "outsider")
OPTIONAL = {
    "actions": "person successor days_late days_late_original outcome risk_carrier contributors",
    "evidence": "action file link document_reference expires judged_by judged_at redacted_at",
    "updates": "action corrects redacted_at",
    "reviews": "corrects",
    "readings": "value n p_value note",
    "events": "recommendation action reason version_before redacted",
    "measures": "value n target key_question qualifier note",
}
WHY = "Ten cases of June show it."


@pytest.fixture(scope="module")
def worked(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Something of everything: each field that may be empty is set on one row, and empty on another."""
    backend = "recommendations.storage.DurableFileSystemStorage"
    kept = {"BACKEND": backend, "OPTIONS": {"location": tmp_path_factory.mktemp("evidence")}}
    elsewhere = override_settings(STORAGES={**settings.STORAGES, "evidence": kept})
    with elsewhere, django_db_blocker.unblock(), transaction.atomic():
        report, people, bodies = recorded(), staffed(), line()
        _plan_everything(report.recommendations.get(number=1), people, bodies)
        _say_everything(report, people)
        _measure(people)
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked"), pytest.mark.xdist_group("shapes")]


def _plan_everything(one: Recommendation, people: SimpleNamespace, bodies: SimpleNamespace) -> None:
    """Actions: late and moved, led by another body, undated, undone, superseded by one out of its reach."""
    owner = people.contributor
    late = plan(one, owner, target_date="30 June 2025", contributors=[bodies.region, bodies.police])
    revise_target(action=late, version=1, target_date="summer 2025", reason=WHY, by=owner, at=NOW)
    led = plan(one, owner, lead=bodies.police, target_date="31 March 2037")
    plan(one, owner, person=owner, target_date="Ongoing")
    old = plan(one, owner, lead=bodies.police)
    take(old, "supersede", people.inspector, reason=WHY, successor=late)
    for end in ("submitted", "will_not_do"):
        reach(plan(one, owner), end, people)
    first = update(led, people.partner)
    update(led, people.partner, corrects=first)
    redact(row=update(one, owner), reason=WHY, by=people.administrator, at=NOW)
    judge(attach(led, people.partner, expires=TODAY), people.assurer)
    attach(one, owner, url="", document_reference="PR/2026/14")
    _with_files(one, people)


def _with_files(one: Recommendation, people: SimpleNamespace) -> None:
    """A file that is there, and one that was taken out."""
    attach(one, people.contributor, url="", file=_file(b"12 of 14 plans were reviewed.\n"))
    gone = attach(one, people.contributor, url="", file=_file(b"The plan of one was reviewed.\n"))
    redact(row=gone, reason=WHY, by=people.administrator, at=NOW)


def _file(content: bytes) -> Upload:
    upload = Upload(name="audit.txt", chunks=[content])
    upload.receive()
    return upload


def _say_everything(report: Inspection, people: SimpleNamespace) -> None:
    one, two, three = (report.recommendations.get(number=number) for number in (1, 2, 3))
    answer = {"answer": "partly_agreed", "accepted_part": "The training.", "dated": TODAY}
    take(one, "respond", people.contributor, **answer, reason="There is no money for the rest.")
    reach(two, "submitted", people)
    take(three, "supersede", people.inspector, reason=WHY, successor=two)
    said = {"recommendation": two, "judgement": report.framework.judgements.all()[1].code}
    by = {"by": people.inspector, "at": NOW}
    first = record_review(narrative="Seen.", **said, **by)
    record_review(narrative="Seen again.", corrects=first, **said, **by)
    link_recommendations(source=one, target=two, kind="repeats", reason=WHY, **by)


def _measure(people: SimpleNamespace) -> None:
    measure = Measure.objects.get(recommendation__reference="BSG-2023-9", n=7, out_of=29)
    given = {"measure": measure, "taken_on": TODAY, "source": "Audit", "by": people.national, "at": NOW}
    for count in (8, 28):  # Of the second the p-value is rounded to nought.
        add_reading(n=count, out_of=29, note="By hand.", **given)
    add_reading(value=Decimal("24.50"), **given)
    # No report has printed a target yet.
    Measure.objects.filter(pk=measure.pk).update(target=Decimal("80.50"))


def asked(prefix: str, user: User, action: str, query: str = "") -> Any:
    """The view of a resource, about to answer `user`."""
    view = RESOURCES[prefix]()
    view.setup(Request(APIRequestFactory().get(f"/api/v1/{prefix}/{query}")))
    view.action, view.format_kwarg, view.request.user = action, None, user
    return view


def serialized(view: Any) -> dict[Any, bytes]:
    """Every row that exists for the caller as the serializer shows it, by its key."""
    show, context = view.get_serializer_class(), view.get_serializer_context()
    found = LOADED.get(view.model, lambda rows, user: rows)(view.get_queryset(), view.request.user)
    rows = {getattr(row, view.lookup_field): row for row in found}
    return {key: to_json(show(row, context=context).data) for key, row in rows.items()}


def _recommendations(rows: Any, user: User) -> Any:
    links = RecommendationLink.objects.filter(source__in=rows, target__in=rows).order_by("pk")
    shown = with_kept_statuses(rows.annotate(in_scope=in_scope(user)), on=localdate())
    shown = shown.annotate(reads_whole=reaches(user, "owner")).prefetch_related(
        Prefetch("measures", Measure.objects.order_by("pk")),
        *(Prefetch(name, links) for name in ("links", "linked_from")),
        Prefetch(
            "actions",
            _actions(visible(Action.objects.all(), user, on=localdate()), user),
            to_attr="readable_actions",
        ),
        Prefetch(
            "evidence",
            visible(Evidence.objects.all(), user, on=localdate()).order_by("pk"),
            to_attr="readable_evidence",
        ),
    )
    return with_my_steps(shown, user, workflow.RECOMMENDATION)


def _actions(rows: Any, user: User) -> Any:
    shown = with_schedule(with_times_moved(rows), on=localdate()).order_by("pk")
    # A successor that another body leads may be out of reach: then it is not named.
    shown = shown.prefetch_related(Prefetch("successor", visible(Action.objects.all(), user, on=localdate())))
    return with_my_steps(shown, user, workflow.ACTION)


# What serializers read beside the columns.
LOADED: dict[type[Model], Callable[[Any, User], Any]] = {
    Recommendation: _recommendations,
    Action: _actions,
}


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("prefix", RESOURCES)
def test_a_list_shows_the_bytes_of_the_serializer(
    api: Callable, people: SimpleNamespace, prefix: str, who: str
) -> None:
    user = getattr(people, who)
    listed = api(user).get(f"/api/v1/{prefix}/?format=ndjson").getvalue().splitlines()
    assert sorted(listed) == sorted(serialized(asked(prefix, user, "list")).values())


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("prefix", RESOURCES)
def test_a_detail_shows_the_bytes_of_the_serializer(people: SimpleNamespace, prefix: str, who: str) -> None:
    view = asked(prefix, getattr(people, who), "retrieve")
    expected = serialized(view)
    assert {key: to_json(view.one(key)) for key in expected} == expected


def test_every_noun_is_there_to_be_compared(people: SimpleNamespace) -> None:
    counts = {prefix: len(serialized(asked(prefix, people.inspector, "list"))) for prefix in RESOURCES}
    assert min(counts.values()) > 0, counts


@pytest.mark.parametrize(("prefix", "names"), OPTIONAL.items())
def test_each_optional_field_is_there_to_be_compared_and_empty_too(
    api: Callable, people: SimpleNamespace, prefix: str, names: str
) -> None:
    rows = api(people.inspector).get(f"/api/v1/{prefix}/?page_size=200").json()["results"]
    there = {name: {bool(row[name]) for row in rows} for name in names.split()}
    assert there == {name: {True, False} for name in there}


def test_a_successor_out_of_reach_is_not_named(api: Callable, people: SimpleNamespace) -> None:
    def named(who: str) -> list[Any]:
        rows = api(getattr(people, who)).get("/api/v1/actions/?status=superseded").json()["results"]
        return [row["successor"] and row["successor"]["label"] for row in rows]

    assert (named("contributor"), named("partner")) == (["1a"], [None])


@pytest.mark.parametrize("action", ["list", "retrieve"])
@pytest.mark.parametrize("prefix", RESOURCES)
def test_the_fields_that_are_asked_for_or_not_left_out_come_in_their_order(
    api: Callable, people: SimpleNamespace, prefix: str, action: str
) -> None:
    [whole] = first(api(people.inspector), prefix, action)
    wanted, left_out = list(whole)[::2], list(whole)[1::2]
    named, omitted = "fields=" + ",".join(reversed(wanted)), "&".join(f"omit={name}" for name in left_out)
    for query in (named, omitted):
        [row] = first(api(people.inspector), prefix, action, query)
        assert list(row.items()) == [(name, whole[name]) for name in wanted]


def first(caller: APIClient, prefix: str, action: str, query: str = "") -> list[dict[str, Any]]:
    """The first row of a list, as the list or its detail shows it; no row where there is none."""
    path = f"/api/v1/{prefix}/?page_size=1"
    if action == "list":
        return caller.get(f"{path}&{query}" if query else path).json()["results"]
    return [caller.get(f"{row['url']}?{query}").json() for row in caller.get(path).json()["results"]]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("organisations/", "aliases"),
        ("frameworks/", "judgements"),
        ("inspections/BSG-2023/", "standard_ratings"),
        ("recommendations/", "baselines"),
        ("recommendations/", "evidence_count"),
        ("recommendations/BSG-2023-1/", "links,linked_from"),
        ("actions/", "contributors"),
        ("actions/", "successor"),
    ],
)
def test_what_is_left_out_is_not_asked_of_the_database(
    api: Callable, people: SimpleNamespace, path: str, name: str
) -> None:
    caller = api(people.inspector)

    def cost(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(f"/api/v1/{path}{query}").status_code == 200
        return len(queries)

    cost("")  # What a process learns once.
    assert cost(f"?omit={name}") < cost("")


@pytest.mark.parametrize("parameter", ["fields", "omit"])
@pytest.mark.parametrize("prefix", RESOURCES)
def test_a_field_that_is_not_known_is_refused_with_those_that_are(
    api: Callable, people: SimpleNamespace, prefix: str, parameter: str
) -> None:
    answer = api(people.inspector).get(f"/api/v1/{prefix}/?{parameter}=url,colour")
    [problem] = answer.json()["errors"]
    assert (answer.status_code, problem["field"]) == (400, parameter)
    known = ", ".join(RESOURCES[prefix].shape_for("list", as_of=False).parts)
    assert problem["detail"] == f"“colour” is no field here. Known are: {known}."
