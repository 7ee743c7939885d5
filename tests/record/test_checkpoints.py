"""Signed checkpoints, in a directory of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommendations.record.checkpoint import FILE, KEY, BadCheckpoint, Checkpoints

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path) -> Checkpoints:
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    checkpoints.write(sequence=1000, hash="a" * 64, at=AT)
    checkpoints.write(sequence=2000, hash="b" * 64, at=AT)
    return checkpoints


def test_checkpoints_are_read_as_they_were_written(kept: Checkpoints) -> None:
    assert [(one.sequence, one.hash[0]) for one in kept.read()] == [(1000, "a"), (2000, "b")]


def test_where_none_was_written_there_is_none(tmp_path: Path) -> None:
    assert list(Checkpoints(tmp_path).read()) == []
    assert Checkpoints(tmp_path).is_empty()


def test_the_key_and_the_lines_are_for_their_owner_alone(kept: Checkpoints) -> None:
    assert {oct((kept.directory / name).stat().st_mode)[-3:] for name in (KEY, FILE)} == {"600"}


@pytest.mark.parametrize("old", ["1000", "a" * 64, "2026-03-02"])
def test_a_line_that_was_changed_is_refused_and_named(kept: Checkpoints, old: str) -> None:
    path = kept.directory / FILE
    path.write_text(path.read_text().replace(old, old[:-1] + ("0" if old[-1] != "0" else "1"), 1))
    with pytest.raises(BadCheckpoint, match="Line 1 "):
        list(kept.read())


def test_a_line_that_another_key_signed_is_refused(kept: Checkpoints, tmp_path: Path) -> None:
    other = Checkpoints(tmp_path / "other")
    other.write(sequence=3000, hash="c" * 64, at=AT)
    with (kept.directory / FILE).open("ab") as file:
        file.write((other.directory / FILE).read_bytes())
    with pytest.raises(BadCheckpoint, match="Line 3 "):
        list(kept.read())


@pytest.mark.parametrize("line", ["[]", "{}", "7", '{"signature": 1}', '{"signature": "00"}'])
def test_a_line_that_is_no_checkpoint_is_refused(kept: Checkpoints, line: str) -> None:
    (kept.directory / FILE).write_text(line + "\n")
    with pytest.raises(BadCheckpoint, match="Line 1 "):
        list(kept.read())


def test_a_line_that_a_power_cut_left_torn_takes_no_other_with_it(kept: Checkpoints) -> None:
    path = kept.directory / FILE
    path.write_bytes(path.read_bytes()[:-40])
    kept.write(sequence=3000, hash="c" * 64, at=AT)
    assert [one.sequence for one in kept.read()] == [1000, 3000]


@pytest.mark.parametrize("content", [b"", b"too short", None])
def test_a_key_that_is_gone_or_damaged_is_named_and_none_is_made_in_its_place(
    kept: Checkpoints, content: bytes | None
) -> None:
    key = kept.directory / KEY
    key.unlink()
    if content is not None:
        key.write_bytes(content)
    for attempt in (lambda: list(kept.read()), lambda: kept.write(sequence=3000, hash="c" * 64, at=AT)):
        with pytest.raises(BadCheckpoint, match="signing key"):
            attempt()
    assert key.exists() is (content is not None)


def test_many_who_sign_first_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Checkpoints(tmp_path).write(sequence=n, hash="a" * 64, at=AT), range(1, 9)))
    assert sorted(one.sequence for one in Checkpoints(tmp_path).read()) == list(range(1, 9))


def test_the_last_is_found_at_the_end_alone(kept: Checkpoints) -> None:
    for sequence in range(3000, 60000, 1000):
        kept.write(sequence=sequence, hash="c" * 64, at=AT)
    last = kept.last()
    assert last is not None
    assert last.sequence == 59000


def test_the_last_is_the_last_whole_one(kept: Checkpoints) -> None:
    path = kept.directory / FILE
    path.write_bytes(path.read_bytes()[:-20])
    last = kept.last()
    assert last is not None
    assert last.sequence == 1000


def test_where_none_was_written_there_is_no_last(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path).last() is None


def test_a_last_line_that_was_changed_is_refused(kept: Checkpoints) -> None:
    path = kept.directory / FILE
    path.write_text(path.read_text().replace("b" * 64, "c" * 64))
    with pytest.raises(BadCheckpoint, match="The last line "):
        kept.last()
