"""`python -m tests.locks`: does each lock pin every package with the extras that another one asks for?

pip's hash mode looks at `coverage[toml]` apart from `coverage`. Where the lock pins only the latter, the
bundled pip 23.2.1 refuses to install as soon as a newer release of it is out. Read from the metadata of
the installed packages: no network.
"""

import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from tests.checks import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
HOW = "Lock again with --no-strip-extras: .github/CONTRIBUTING.md has the command."


def main() -> int:
    """Print each pin that lacks an extra; return 1 where there is one."""
    problems = [problem for name in LOCKS for problem in missing_extras(ROOT / name)]
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if problems:
        sys.stdout.write(f"{HOW}\n")
    return 1 if problems else 0


def missing_extras(lock: Path) -> Iterator[str]:
    """Yield a sentence for each package that `lock` pins without an extra that is asked for."""
    pins = pins_of(lock.read_text("utf-8"))
    for name, extras in pins.items():
        for wanted in requirements_of(name, extras):
            lacking = wanted.extras - pins.get(canonicalize_name(wanted.name), set())
            if lacking:
                yield (
                    f"{lock.name}: {name} asks for {wanted.name}[{','.join(sorted(wanted.extras))}],"
                    f" which is pinned without {', '.join(sorted(lacking))}."
                )


def pins_of(text: str) -> Mapping[str, set[str]]:
    """Return the extras of each pinned package, by its name."""
    pins: dict[str, set[str]] = {}
    for line in text.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            pin = Requirement(line.rstrip(" \\"))
            pins[canonicalize_name(pin.name)] = pin.extras
    return pins


def requirements_of(name: str, extras: set[str]) -> Iterator[Requirement]:
    """Yield what an installed package asks for on this Python; nothing for one that is not installed."""
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return  # Pinned for another system.
    for line in lines:
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            continue
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield wanted


if __name__ == "__main__":
    sys.exit(main())
