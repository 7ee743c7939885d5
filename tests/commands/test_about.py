"""`manage.py about`: the one version number, the environment, the length of the record."""

import platform
import tomllib
from io import StringIO

import django
import pytest
from django.conf import settings
from django.core.management import call_command, load_command_class
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from recommendations.models import Event, Inspection, RecordHead
from tests.checks import ROOT
from tests.factories import People


def about() -> dict[str, str]:
    out = StringIO()
    call_command("about", stdout=out)
    return dict(line.split(maxsplit=1) for line in out.getvalue().splitlines())


def test_it_prints_the_version_and_the_environment(bsg: Inspection) -> None:
    printed = about()
    head = RecordHead.objects.get(pk=1)

    assert list(printed) == ["Version", "Mode", "Python", "Django", "Database", "Record"]
    assert printed["Version"] == settings.VERSION
    assert printed["Mode"] == "local"
    assert printed["Python"] == platform.python_version()
    assert printed["Django"] == django.get_version()
    assert printed["Database"].startswith(f"{connection.display_name} ")
    assert printed["Record"].startswith(
        f"{Event.objects.count()} events; the last is event {head.sequence}, 20"
    )


def test_a_database_without_tables_is_said_and_is_no_error(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    def fail(**kwargs: object) -> RecordHead:
        raise DatabaseError("no such table")

    monkeypatch.setattr(RecordHead.objects, "get", fail)

    assert about()["Record"] == "cannot be read; run `manage.py migrate` if the database is new"


def test_the_help_explains_each_line() -> None:
    parser = load_command_class("recommendations", "about").create_parser("manage.py", "about")
    words = parser.format_help()
    assert all(name in words for name in ("Mode", "Database", "Record", "verify_events"))


def test_the_version_has_one_source(client: Client, people: People) -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    client.force_login(people.contributor)

    assert stated == settings.VERSION
    assert f"version: {stated}" in client.get("/api/v1/schema/").content.decode()
    assert f"version {stated}" in client.get(reverse("admin:index")).content.decode()
