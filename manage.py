#!/usr/bin/env python3
"""The command line of the tracker: `python manage.py help` lists what it does."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from environs import EnvError
    except ImportError:
        sys.exit(
            "Django is not installed for this Python. Set up first:\n"
            "  python3 -m venv .venv && .venv/bin/pip install -q -r requirements.txt\n"
            "and then call .venv/bin/python manage.py …"
        )
    try:
        import tracker.settings  # noqa: F401  What is wrong with them is said here, in a sentence.
    except (ImproperlyConfigured, EnvError, OSError) as error:
        sys.exit(f"The settings cannot be used: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
