"""`quickstart`, as a newcomer runs it: a process of its own, the real server, the printed line pasted."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks import ROOT

ROLES = ["viewer", "contributor", "assurer", "inspector", "administrator"]


def environment(var: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "TRACKER_VAR": str(var)}


def quickstart(var: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "quickstart", *options]
    return subprocess.run(
        command, cwd=ROOT, env=environment(var), capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which quickstart has run once; what it printed stands in `printed.txt`."""
    var = tmp_path_factory.mktemp("quickstart") / "var"
    run = quickstart(var, "--no-serve")
    assert run.returncode == 0, run.stderr
    (var / "printed.txt").write_text(run.stdout)
    return var


@pytest.fixture(scope="module")
def served(var: Path) -> Iterator[tuple[str, str]]:
    """The address of the running server, and what quickstart printed before it began to serve."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = var / "served.txt"
    with log.open("w") as out:
        command = [sys.executable, "manage.py", "quickstart", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(var), stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/readyz", process)
        yield address, log.read_text()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for(address: str, process: subprocess.Popen) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  Our own server.
        except OSError:
            assert process.poll() is None, "the server stopped"
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{address} did not answer within a minute")


def test_the_printed_line_shows_the_nine(served: tuple[str, str]) -> None:
    line = re.search(r"^ *(curl .*)$", served[1], re.MULTILINE)[1]
    pasted = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)  # noqa: S607
    rows = json.loads(pasted.stdout)["results"]
    assert [row["reference"] for row in rows] == [f"BSG-2023-{number}" for number in range(1, 10)]


def test_the_server_is_the_production_one_and_says_how_it_runs(served: tuple[str, str]) -> None:
    address, printed = served
    with urllib.request.urlopen(f"{address}/sign-in/") as answer:  # noqa: S310
        assert "WSGIServer" not in answer.headers.get("Server", "")
    assert "without HTTPS" in printed


def test_every_address_that_it_prints_opens(served: tuple[str, str], var: Path) -> None:
    """The pages and the staff screens with their sign-in, the API with a token."""
    address, printed = served
    token = json.loads((var / "access.json").read_text())["viewer"]["token"]
    listed = re.findall(rf"^  \S.*?  +({re.escape(address)}/\S*)", printed, re.MULTILINE)
    assert len(listed) == 4
    for one in listed:
        request = urllib.request.Request(one, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            assert answer.status == 200


def test_the_pages_have_their_styles(served: tuple[str, str]) -> None:
    with urllib.request.urlopen(f"{served[0]}/sign-in/") as page:  # noqa: S310
        [style] = re.findall(r'href="(/static/recommendations/pages[^"]*\.css)"', page.read().decode())
    with urllib.request.urlopen(served[0] + style) as sheet:  # noqa: S310
        assert sheet.status == 200


@pytest.mark.slow
def test_running_it_again_keeps_all_data_and_says_so(var: Path) -> None:
    before = (var / "access.json").read_text()
    again = quickstart(var, "--no-serve")
    assert "All data was kept." in again.stdout
    assert (var / "access.json").read_text() == before


def test_secrets_are_printed_once(var: Path) -> None:
    access = json.loads((var / "access.json").read_text())
    first, again = (var / "printed.txt").read_text(), quickstart(var, "--no-serve").stdout
    for secrets in access.values():
        assert secrets["token"] in first
        assert secrets["token"] not in again
        assert secrets["password"] not in again


def test_access_is_one_account_and_token_a_role_readable_by_its_owner_alone(var: Path) -> None:
    access = json.loads((var / "access.json").read_text())
    assert list(access) == ROLES
    assert all(set(secrets) == {"username", "password", "token"} for secrets in access.values())
    assert len({secrets["token"] for secrets in access.values()}) == 5
    assert (var / "access.json").stat().st_mode & 0o777 == 0o600


def test_only_the_tokens_of_those_who_work_may_write(served: tuple[str, str], var: Path) -> None:
    access = json.loads((var / "access.json").read_text())
    refused = {}
    for role, secrets in access.items():
        request = urllib.request.Request(  # noqa: S310
            f"{served[0]}/api/v1/updates/",
            data=b"{}",
            headers={"Authorization": f"Bearer {secrets['token']}", "Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request)  # noqa: S310
        with answer.value as refusal:
            refused[role] = refusal.code
    assert refused == {
        "viewer": 403,
        "contributor": 400,
        "assurer": 400,
        "inspector": 400,
        "administrator": 403,
    }


@pytest.mark.slow
def test_new_access_makes_new_secrets_and_ends_the_old(tmp_path: Path) -> None:
    quickstart(tmp_path, "--no-serve")
    before = json.loads((tmp_path / "access.json").read_text())
    quickstart(tmp_path, "--no-serve", "--new-access")
    after = json.loads((tmp_path / "access.json").read_text())
    assert all(before[role]["token"] != after[role]["token"] for role in ROLES)
    assert all(before[role]["password"] != after[role]["password"] for role in ROLES)
    code = (
        "import django; django.setup()\n"
        "from recommendations.models import AccessToken, User\n"
        "print(User.objects.count(), AccessToken.objects.filter(revoked_at=None).count())"
    )
    env = environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    counted = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert counted.stdout.split() == ["6", "5"]  # Five people and the tracker itself.


def test_a_port_in_use_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = quickstart(tmp_path / "var", "--port", str(taken.getsockname()[1]))
    assert run.returncode == 1
    assert "--port" in run.stderr
    assert not (tmp_path / "var" / "tracker.sqlite3").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_an_impossible_port_is_refused(tmp_path: Path, port: str) -> None:
    run = quickstart(tmp_path / "var", f"--port={port}")
    assert run.returncode == 2
    assert "port" in run.stderr


def test_production_mode_is_refused(tmp_path: Path) -> None:
    env = environment(tmp_path) | {
        "TRACKER_MODE": "production",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "a.example",
    }
    command = [sys.executable, "manage.py", "quickstart", "--no-serve"]
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "local mode" in run.stderr


@pytest.mark.slow
def test_any_directory_will_do_though_its_name_has_marks(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "quickstart", "--no-serve"]
    env = environment(Path("w#1%41/var"))
    run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert {path.name for path in (tmp_path / "w#1%41" / "var").iterdir()} >= {
        "tracker.sqlite3",
        "secret_key",
        "access.json",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["w#1%41"]


@pytest.mark.slow
def test_access_that_was_damaged_is_said_to_be(tmp_path: Path) -> None:
    quickstart(tmp_path, "--no-serve")
    (tmp_path / "access.json").write_text('{"viewer":')
    assert "--new-access" in quickstart(tmp_path, "--no-serve").stdout


def test_two_at_once_are_told_apart(tmp_path: Path) -> None:
    with (tmp_path / "quickstart.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run = quickstart(tmp_path, "--no-serve")
    assert run.returncode == 1
    assert "Another quickstart" in run.stderr


def test_an_import_before_the_first_migration_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "import_report", "seeds/reports/BSG-2023.txt"]
    env = environment(tmp_path)
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "manage.py migrate" in run.stderr
    assert "Traceback" not in run.stderr
