"""A made-up nation, small: its counts, its record, and that each row is one that work could have made."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.timezone import localdate
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from recommendations import roles, workflow
from recommendations.errors import Refused
from recommendations.intake.seeds import read_seeds
from recommendations.models import (
    Action,
    Event,
    Evidence,
    Inspection,
    Organisation,
    ProgressUpdate,
    Recommendation,
    RecommendationHistory,
    RecordHead,
    Review,
    TargetRevision,
    User,
)
from recommendations.operations import rebuilding
from recommendations.operations.accounts import system_actor
from recommendations.operations.conditions import unsupported_claim_reasons
from recommendations.operations.replay import replay
from recommendations.operations.reviews import claim_of
from recommendations.operations.updates import record_update
from recommendations.operations.verification import verify
from recommendations.queries.statuses import with_statuses_as_of
from tests.benchmarks.generation import Extent, generate
from tests.factories import emptied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nation")]
DAY = date(2026, 11, 1)
SCALE = 0.003  # Six inspections.


def made(spool: Path) -> dict[str, Any]:
    return generate(
        methods=read_seeds(configured.SEEDS_DIR).methods,
        extent=Extent(seed=1, scale=SCALE, day=DAY),
        spool=spool,
        by=system_actor(),
        progress=lambda stage, total, more: None,
    )


@pytest.fixture(scope="module")
def nation(
    keys_go_on: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """A nation made once for all tests of it; what the session began with comes back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        emptied(demonstration=False)
        yield made(tmp_path_factory.mktemp("spool"))
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("model", "count"),
    [(Inspection, 6), (Recommendation, 60), (Action, 300), (ProgressUpdate, 900), (Evidence, 300)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_the_counts_are_those_promised(model: Any, count: int) -> None:
    assert model.objects.count() == count


def test_targets_move_about_four_times_for_ten_actions() -> None:
    assert 80 < TargetRevision.objects.count() < 170


@pytest.mark.parametrize(
    ("scale", "counts"), [(1, (12, 108, 12, 2000)), (10, (12, 108, 12, 20000)), (0.0001, (1, 2, 1, 1))]
)
def test_work_grows_with_the_scale_and_bodies_do_not_outgrow_the_nation(
    scale: float, counts: tuple[int, ...]
) -> None:
    extent = Extent(seed=1, scale=scale, day=DAY)
    assert (extent.regions, extent.pdus, extent.partners, extent.inspections) == counts


def test_one_pdu_owns_one_report_whole_and_nothing_else() -> None:
    owned = Recommendation.objects.filter(owner__slug="rarest-pdu")
    assert [*owned.order_by("number").values_list("number", flat=True)] == [*range(1, 11)]
    assert owned.values("inspection").distinct().count() == 1


def test_every_body_is_made_up_and_so_is_the_database() -> None:
    assert not Organisation.objects.filter(made_up=False).exists()
    assert RecordHead.objects.get(pk=1).demonstration


def test_the_record_holds(settings: Settings, tmp_path: Path) -> None:
    settings.CHECKPOINTS_DIR = tmp_path
    found = verify()
    assert found.broken == ""
    assert found.events == RecordHead.objects.get(pk=1).sequence > 2000


def test_the_events_give_every_row_and_the_facts_are_those_of_the_history() -> None:
    assert replay().differences == []


def test_the_projections_follow_from_the_rows_and_events() -> None:
    assert list(rebuilding.differences()) == []


def test_the_history_of_each_recommendation_has_no_hole() -> None:
    spans = RecommendationHistory.objects.order_by("recommendation", "valid_from", "pk")
    last: dict[int, datetime | None] = {}
    for row in spans:
        assert last.get(row.recommendation_id, row.valid_from) == row.valid_from
        last[row.recommendation_id] = row.valid_to
    assert list(last.values()) == [None] * 60


def test_each_past_row_of_the_history_counts_the_actions_planned_by_then() -> None:
    planned: dict[int, list[datetime]] = defaultdict(list)
    for key, at in Event.objects.filter(verb="plan").values_list("recommendation", "at"):
        planned[key].append(at)
    for row in RecommendationHistory.objects.all():
        by_then = [at for at in planned[row.recommendation_id] if at <= row.valid_from]
        assert row.actions == len(by_then)


def test_each_past_row_of_the_history_has_the_day_of_the_last_update_by_then() -> None:
    updated: dict[int, list[datetime]] = defaultdict(list)
    for key, at in Event.objects.filter(verb="update").values_list("recommendation", "at"):
        updated[key].append(at)
    heard = {
        row.pk: max(localdate(at) for at in updated[row.recommendation_id] if at <= row.valid_from)
        for row in RecommendationHistory.objects.all()
        if any(at <= row.valid_from for at in updated[row.recommendation_id])
    }
    assert len(heard) > 500
    assert heard == dict(RecommendationHistory.objects.filter(pk__in=heard).values_list("pk", "heard_on"))


def test_past_days_show_another_standing() -> None:
    past = with_statuses_as_of(Recommendation.objects.all(), day=DAY - timedelta(days=300))
    stood = dict(past.values_list("pk", "status_on_day"))
    assert 0 < len(stood) < 60
    assert stood != dict(Recommendation.objects.filter(pk__in=stood).values_list("pk", "status"))


def test_all_happens_between_publication_and_the_day() -> None:
    of_recommendations = Event.objects.filter(recommendation__isnull=False)
    early = of_recommendations.filter(at__date__lt=F("recommendation__inspection__published_latest"))
    assert not early.exists()
    assert not Event.objects.exclude(verb="end generation").filter(at__date__gte=DAY).exists()


def test_what_is_closed_has_evidence_that_another_person_accepted() -> None:
    accepted = Evidence.objects.filter(verdict="accepted").exclude(judged_by=F("attached_by"))
    closed = Action.objects.filter(status="closed")
    assert closed.count() > 50
    assert not closed.exclude(pk__in=accepted.values("action")).exists()


def test_no_piece_of_evidence_is_judged_by_who_attached_it() -> None:
    assert not Evidence.objects.filter(judged_by=F("attached_by")).exists()


def test_a_claimed_recommendation_has_no_open_action_and_one_that_was_closed() -> None:
    claimed = Recommendation.objects.filter(status__in=workflow.CLAIMED)
    still = Count("actions", filter=Q(actions__status__in=workflow.ACTION.open))
    closed = Count("actions", filter=Q(actions__status="closed"))
    counted = claimed.annotate(still=still, done=closed).values_list("still", "done")
    assert counted
    assert all(still == 0 and done > 0 for still, done in counted)


def test_every_step_was_taken_from_where_it_may_be_by_a_role_that_may() -> None:
    for table, noun in ((workflow.ACTION, "action"), (workflow.RECOMMENDATION, "recommendation")):
        steps = {step.name: step for step in table.steps}
        taken = Event.objects.filter(noun=noun, verb__in=steps)
        assert taken.exists()
        for event in taken.select_related("payload"):
            said = [r for r in event.content["rows"] if (r["noun"], r["id"]) == (noun, event.object_id)]
            step = steps[event.verb]
            assert said[0]["before"]["status"] in step.sources
            assert event.role in roles.roles_with(step.capability)


def is_last(event: Event) -> bool:
    """Has nothing happened to the recommendation since?"""
    of_the_same = Event.objects.filter(recommendation=event.recommendation_id)
    return not of_the_same.filter(sequence__gt=event.sequence).exists()


def test_a_closing_acknowledges_the_gaps_that_the_workflow_asks_for() -> None:
    closings = Event.objects.filter(noun="recommendation", verb="close").select_related("recommendation")
    compared = [
        (event.content.get("acknowledged", []), unsupported_claim_reasons(event.recommendation, on=event.day))
        for event in closings
        if is_last(event)
    ]
    assert compared
    assert all(said == asked for said, asked in compared)


def test_the_claim_kept_in_a_review_is_the_one_that_the_operation_keeps() -> None:
    compared = [
        (review.claim, claim_of(review.recommendation, on=review.dated))
        for event in Event.objects.filter(verb="review")
        if is_last(event)
        for review in Review.objects.filter(pk=event.object_id).select_related("recommendation")
    ]
    assert compared
    assert all(kept == asked for kept, asked in compared)


def test_evidence_is_a_link_or_a_reference_and_no_file() -> None:
    assert not Evidence.objects.exclude(sha256="").exists()
    assert Evidence.objects.exclude(url="").exists()
    assert Evidence.objects.exclude(document_reference="").exists()


def test_only_people_of_the_made_up_bodies_act() -> None:
    actors = User.objects.filter(pk__in=Event.objects.filter(recommendation__isnull=False).values("actor"))
    named = {*roles.CAPABILITIES, *Organisation.objects.values_list("slug", flat=True), "system"}
    assert set(actors.values_list("username", flat=True)) <= named


def test_there_is_an_access_for_each_role_and_each_pdu(nation: dict[str, Any]) -> None:
    pdus = Organisation.objects.filter(level="pdu").values_list("slug", flat=True)
    assert set(nation) == {*roles.CAPABILITIES, *pdus}
    assert all(access["token"].startswith("rt_") for access in nation.values())


def test_work_goes_on_from_there_by_the_operations(settings: Settings, tmp_path: Path) -> None:
    settings.CHECKPOINTS_DIR = tmp_path
    action = Action.objects.filter(recommendation__owner__slug="rarest-pdu").order_by("pk")[0]
    record_update(
        recommendation=action.recommendation,
        action=action,
        text="The work goes on.",
        by=User.objects.get(username="rarest-pdu"),
        at=datetime.fromisoformat("2026-11-02T09:00:00Z"),
    )
    assert verify().broken == ""
    assert replay().differences == []


def test_it_is_refused_where_a_nation_is_already(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds a record already"):
        made(tmp_path)
