"""Rows from before the record get a baseline event each, and the record begins there."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checks import ROOT
from tests.own_database import own_database

BEFORE = """
from datetime import UTC, date, datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connection).loader.project_state([("recommendations", "0002_system_actor")]).apps
of = lambda name: apps.get_model("recommendations", name)
at = {"created_at": datetime(2026, 3, 2, tzinfo=UTC), "updated_at": datetime(2026, 3, 2, tzinfo=UTC)}
body = of("Organisation").objects.create(slug="hmpps", name="HMPPS", name_key="hmpps",
    level="national_service", **at)
of("OrganisationPath").objects.create(ancestor=body, descendant=body, depth=0)
framework = of("Framework").objects.create(slug="f", version=1, name="F", discretion_points=5)
good = of("Rating").objects.create(framework=framework, code="good", name="Good", score=2, percentage_from=65,
    total_from=14, percentage_confirmed=True, total_confirmed=True)
report = of("Inspection").objects.create(reference="ABC-2023", title="T", inspected=body, inspectorate=body,
    framework=framework, published_earliest=date(2023, 8, 1), published_latest=date(2023, 8, 31),
    published_precision="month", score=6, score_out_of=27, overall=good, source_sha256="0" * 64, **at)
one = of("Recommendation").objects.create(inspection=report, number=1, reference="ABC-2023-1", text="Do.",
    addressee=body, addressee_as_printed="HMPPS", owner=body, **at)
person = of("User").objects.create(username="ada", password="!")
action = of("Action").objects.create(recommendation=one, label="1a", description="Do.", lead=body,
    responsible_post="Head", person=person, target_words="30 June 2026", target_precision="day",
    target_earliest=date(2026, 6, 30), target_latest=date(2026, 6, 30), **at)
action.contributors.add(body)
of("Measure").objects.create(recommendation=one, slug="m", question="Q", unit="percent", better="higher",
    value="36.5", section="2.2", passage="36 per cent")
of("ProgressUpdate").objects.create(recommendation=one, action=action, text="Begun.", dated=date(2026, 3, 2),
    author=person, created_at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
of("Evidence").objects.create(recommendation=one, title="Log", url="https://example.org/", kind="output",
    represents=date(2026, 3, 1), declared_no_personal_data=True, attached_by=person,
    attached_at=at["created_at"])
"""
AFTER = """
from recommendations.models import Action, Event, RecommendationHistory
print(Event.objects.filter(verb="baseline").count(), Action.objects.get().original_words,
      RecommendationHistory.objects.get().heard_on)
"""


@pytest.fixture
def manage(tmp_path: Path) -> Iterator[Callable[..., str]]:
    with own_database(tmp_path) as variables:

        def run(*line: str) -> str:
            command = [sys.executable, "manage.py", *line]
            done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        yield run


@pytest.mark.slow
def test_rows_from_before_the_record_get_their_baseline(manage: Callable[..., str]) -> None:
    manage("migrate", "recommendations", "0002", "-v0")
    manage("shell", "-v0", "-c", BEFORE)
    manage("migrate", "-v0")
    assert manage("shell", "-v0", "-c", AFTER).split("\n")[-2] == "11 30 June 2026 2026-04-01"
    assert "The record holds: 11 events" in manage("verify_events")
    assert " 0 differences" in manage("replay_events")


@pytest.mark.slow
def test_the_migrations_of_the_record_can_be_taken_back(manage: Callable[..., str]) -> None:
    manage("migrate", "-v0")
    manage("migrate", "recommendations", "0002", "-v0")
    manage("migrate", "-v0")
    assert "The record holds: 1 events" in manage("verify_events")


@pytest.mark.slow
def test_the_projections_can_be_taken_back_and_filled_again_over_a_record(manage: Callable[..., str]) -> None:
    manage("migrate", "recommendations", "0002", "-v0")
    manage("shell", "-v0", "-c", BEFORE)
    manage("migrate", "-v0")
    manage("migrate", "recommendations", "0006", "-v0")
    manage("migrate", "-v0")
    assert manage("rebuild", "--check")
