"""What every page shares: who may come, which day, and what the address may hold."""

import pytest
from django.test import Client

from tests.factories import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bsg")]


@pytest.fixture
def reader(people: People) -> Client:
    client = Client()
    client.force_login(people.viewer)
    return client


def test_who_is_not_signed_in_is_asked_to(bsg: object) -> None:
    answer = Client().get("/recommendations/BSG-2023-1/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/recommendations/BSG-2023-1/")


def test_what_an_address_holds_and_the_page_does_not_know_is_named(reader: Client) -> None:
    answer = reader.get("/?owner=x")
    assert answer.status_code == 400
    assert "does not know “owner”" in answer.content.decode()


@pytest.mark.parametrize("address", ["/recommendations/%00/", "/?as_of=%00"])
def test_a_null_character_is_refused(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 400


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("nonsense", "Enter a real day, for example 31/3/2025"),
        ("30/2/2025", "Enter a real day, for example 31/3/2025"),
        ("9999-12-31", "31 December 9999 is still to come: enter today or a day before it"),
        ("0001-01-01", "Enter a day since 1900"),
    ],
)
def test_a_day_that_cannot_be_shown_is_told(reader: Client, words: str, wrong: str) -> None:
    answer = reader.get("/", {"as_of": words})
    assert answer.status_code == 400
    assert wrong in answer.content.decode()


@pytest.mark.parametrize("words", ["2025-03-31", "31/3/2025", "31 March 2025"])
def test_a_past_day_is_taken_as_people_write_it(reader: Client, words: str) -> None:
    assert "when 31 March 2025 ended" in reader.get("/", {"as_of": words}).content.decode()


def test_no_cache_keeps_a_page(reader: Client) -> None:
    assert reader.get("/")["Cache-Control"] == "private, no-store"
