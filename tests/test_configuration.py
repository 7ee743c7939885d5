"""What must hold of the settings, in either mode."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings

from tests.checks import ROOT, static_checks
from tracker.rates import RATES, stated_rates
from tracker.secret_key import kept_secret_key


def settings_in(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own; prints the hosts and whether HTTPS is required."""
    code = "from tracker import settings as s; print(s.ALLOWED_HOSTS, s.SECURE_SSL_REDIRECT, s.DEBUG)"
    kept = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=kept, capture_output=True, text=True, check=False
    )


def test_local_mode_answers_on_this_machine_only(tmp_path: Path) -> None:
    loaded = settings_in(TRACKER_VAR=str(tmp_path), ALLOWED_HOSTS="*", DEBUG="true")
    assert loaded.stdout.strip() == "['127.0.0.1', 'localhost', '[::1]'] False False"


def test_production_refuses_to_start_without_a_key(tmp_path: Path) -> None:
    loaded = settings_in(TRACKER_VAR=str(tmp_path), TRACKER_MODE="production", ALLOWED_HOSTS="a.example")
    assert loaded.returncode != 0
    assert "SECRET_KEY" in loaded.stderr


def test_production_requires_https(tmp_path: Path) -> None:
    loaded = settings_in(
        TRACKER_VAR=str(tmp_path), TRACKER_MODE="production", ALLOWED_HOSTS="a.example", SECRET_KEY="k" * 60
    )
    assert loaded.stdout.strip() == "['a.example'] True False"


def test_an_unknown_mode_is_refused_by_name(tmp_path: Path) -> None:
    loaded = settings_in(TRACKER_VAR=str(tmp_path), TRACKER_MODE="staging")
    assert loaded.returncode != 0
    assert "“staging”" in loaded.stderr


def test_the_generated_key_is_kept_and_private(tmp_path: Path) -> None:
    key = kept_secret_key(tmp_path / "var")
    assert kept_secret_key(tmp_path / "var") == key
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


@override_settings(DEBUG=True)
def test_debug_is_an_error_of_configuration() -> None:
    assert "tracker.E001" in [problem.id for problem in run_checks(tags=["security"])]


@override_settings(ALLOWED_HOSTS=["*"])
def test_a_host_name_for_all_is_an_error_of_configuration() -> None:
    assert "tracker.E002" in [problem.id for problem in run_checks(tags=["security"])]


@pytest.mark.django_db
def test_sqlite_is_opened_so_that_no_commit_is_lost() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite only")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2  # FULL
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_key_that_a_crash_left_empty_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    assert len(kept_secret_key(tmp_path)) >= 50


@pytest.mark.parametrize(
    "wrong",
    [
        {"TRACKER_MODE": "staging"},
        {"TRACKER_VAR": "/dev/null/var"},
        {"DATABASE_URL": "nonsense"},
        {"RATE_LIMITS": "read=many"},
    ],
)
def test_what_is_wrong_with_the_settings_is_said_in_a_sentence(tmp_path: Path, wrong: dict) -> None:
    kept = {"PATH": os.environ["PATH"], "TRACKER_VAR": str(tmp_path), **wrong}
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("The settings cannot be used:")
    assert "Traceback" not in run.stderr


def test_a_rate_that_is_stated_changes_that_alone() -> None:
    assert stated_rates(" read=900/60, export=12/3600 ") == RATES | {"read": (900, 60), "export": (12, 3600)}


def test_where_no_rate_is_stated_the_usual_ones_hold() -> None:
    assert stated_rates("") == RATES


@pytest.mark.parametrize(
    "words",
    ["read", "read=600", "read=0/60", "read=600/0", "read=-1/60", "reads=600/60", "read=6e2/60", "read=٦/60"],
)
def test_what_is_no_rate_is_refused_by_what_it_says(words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(words)):
        stated_rates(words)


def test_the_commit_hooks_run_every_static_check(tmp_path: Path) -> None:
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]

    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    assert [hook["entry"] for hook in repository["hooks"]] == [
        f".venv/bin/python -m tests --only {check.name}" for check in static_checks(tmp_path)
    ]
