"""Canonical text and the chain of hashes, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recommendations.record.chain import GENESIS, ChainLink, ChainVerifier, canonical, digest, instant, seal

BEGIN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def chain(length: int) -> list[ChainLink]:
    """A record of `length` events, an hour apart."""
    links: list[ChainLink] = []
    for sequence in range(1, length + 1):
        payload = canonical({"reason": f"Because {sequence}", "rows": []})
        header = {
            "sequence": sequence,
            "verb": "update",
            "payload_hash": digest(payload),
            "previous_hash": links[-1].hash if links else GENESIS,
        }
        links.append(ChainLink(header, BEGIN + timedelta(hours=sequence), seal(header), payload))
    return links


def changed(link: ChainLink, **given: Any) -> ChainLink:
    return replace(link, **given)


def first_bad(links: list[ChainLink]) -> int | None:
    walk = ChainVerifier()
    list(walk.verified(links))
    return walk.broken.sequence if walk.broken else None


def test_a_whole_chain_holds() -> None:
    assert first_bad(chain(9)) is None


@given(st.integers(0, 8))
def test_a_changed_payload_is_found(place: int) -> None:
    links = chain(9)
    links[place] = changed(links[place], payload="{}")
    assert first_bad(links) == place + 1


@given(st.integers(0, 8))
def test_a_changed_header_is_found(place: int) -> None:
    links = chain(9)
    links[place] = changed(links[place], header=links[place].header | {"verb": "close"})
    assert first_bad(links) == place + 1


@given(st.integers(0, 7))
def test_a_missing_event_is_named(place: int) -> None:
    links = chain(9)
    del links[place]
    assert first_bad(links) == place + 1


@given(st.permutations(range(9)))
def test_events_in_another_order_are_found_at_the_first_that_moved(order: list[int]) -> None:
    links = chain(9)
    moved = next((place + 1 for place in range(9) if order[place] != place), None)
    assert first_bad([links[place] for place in order]) == moved


def test_an_event_older_than_the_one_before_is_found() -> None:
    links = chain(3)
    links[1] = changed(links[1], at=BEGIN)
    assert first_bad(links) == 2


def test_a_redacted_payload_is_no_fault() -> None:
    links = chain(3)
    links[1] = changed(links[1], payload=None)
    assert first_bad(links) is None


def test_a_lost_payload_is_found() -> None:
    links = chain(3)
    links[1] = changed(links[1], payload=None, has_payload_row=False)
    assert first_bad(links) == 2


def test_canonical_text_is_that_of_rfc_8785() -> None:
    value = {"numbers": [0, -1, 333], "string": '€$\u000f\nA\'B"\\"/', "literals": [None, True, False]}
    assert canonical(value) == (
        '{"literals":[null,true,false],"numbers":[0,-1,333],"string":"€$\\u000f\\nA\'B\\"\\\\\\"/"}'
    )


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text() | st.integers(-9, 9)))
def test_canonical_text_does_not_depend_on_the_order_of_names(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_an_instant_is_written_the_same_in_every_time_zone() -> None:
    assert instant(BEGIN.astimezone(timezone(timedelta(hours=9)))) == "2026-03-02T12:00:00.000000Z"
