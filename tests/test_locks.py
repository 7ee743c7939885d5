"""The check of the locks finds a pin that lacks an extra."""

from pathlib import Path

from tests.locks import missing_extras


def test_a_pin_without_the_extra_that_another_package_asks_for_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("coverage==7.17.3 \\\n    --hash=sha256:00\npytest-cov==7.1.0 \\\n    --hash=sha256:00\n")

    assert list(missing_extras(lock)) == [
        "requirements.txt: pytest-cov asks for coverage[toml], which is pinned without toml."
    ]


def test_a_pin_with_the_extra_is_right(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("coverage[toml]==7.17.3 \\\n    --hash=sha256:00\npytest-cov==7.1.0 \\\n")

    assert list(missing_extras(lock)) == []
