"""The schema: without a warning, equal to the committed one, served and shown offline."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

import recommendations.api

COMMITTED = Path(recommendations.api.__file__).parent / "schema.yaml"


@pytest.mark.once
def test_the_committed_schema_is_the_generated_one_without_a_warning(tmp_path: Path) -> None:
    generated = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(generated), stderr=StringIO())
    assert generated.read_text() == COMMITTED.read_text(), (
        "Generate it anew: .venv/bin/python manage.py spectacular --file recommendations/api/schema.yaml"
    )


def test_the_schema_is_open_to_all(db: None, client: Client) -> None:
    assert client.get("/api/v1/schema/").status_code == 200


def test_the_reference_page_loads_nothing_from_elsewhere(db: None, client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page
