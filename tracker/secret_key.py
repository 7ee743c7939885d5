"""The signing key of local mode: made once, stored next to the embedded database."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept_secret_key(var_dir: Path) -> str:
    """Return the key stored in `var_dir`; make it (mode 0600) if it is missing.

    Two processes that start at once agree on one key: the second finds the first one's file.
    """
    path = var_dir / "secret_key"
    if path.exists() and not path.stat().st_size:
        path.unlink()  # A crash left it empty: an empty key cannot sign sessions.
    if not path.exists():
        var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = var_dir / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key())
        try:
            os.link(draft, path)  # Unlike rename, it refuses to replace another's key.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
