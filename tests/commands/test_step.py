"""`manage.py step` without a step: where it stands, and what the person may do."""

from io import StringIO

import pytest
from django.core.management import call_command

from recommendations.models import Inspection
from tests.factories import People


def listed(username: str) -> list[str]:
    out = StringIO()
    call_command("step", "BSG-2023-1", "--as", username, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture(autouse=True)
def _recorded(bsg: Inspection, people: People) -> None:
    """The report's recommendations, and a person of every kind."""


@pytest.mark.postgres
def test_the_steps_that_are_open_are_listed_with_what_they_ask() -> None:
    first, *steps = listed("contributor")
    assert first == "BSG-2023-1: awaiting response, version 2"
    assert [step.split()[0] for step in steps] == ["respond"]


def test_where_no_step_is_open_it_says_so() -> None:
    assert listed("viewer") == [
        "BSG-2023-1: awaiting response, version 2",
        "  No step is open to viewer.",
    ]
