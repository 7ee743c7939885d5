"""How many examples a long suite draws: a sample in every run, the full figure in `--release`."""

from hypothesis import settings


def sized(sample: int, *, release: int) -> int:
    """Return `sample`, or `release` under `--hypothesis-profile release`."""
    return release if settings.get_current_profile_name() == "release" else sample
