"""Rate limits, from the setting RATE_LIMITS."""

import re

from django.core.exceptions import ImproperlyConfigured

RATES = {"read": (600, 60), "write": (120, 60), "upload": (20, 60), "export": (120, 3600)}


def stated_rates(words: str) -> dict[str, tuple[int, int]]:
    """The default rates, replaced by those in `words`, such as `read=900/60,export=12/3600`.

    Raises ImproperlyConfigured for an unknown kind or an invalid rate.
    """
    stated = dict(RATES)
    for part in filter(None, words.replace(" ", "").split(",")):
        kind, _, rate = part.partition("=")
        found = re.fullmatch(r"([1-9]\d{0,8})/([1-9]\d{0,5})", rate, re.ASCII)
        if kind not in RATES or found is None:
            raise ImproperlyConfigured(
                f"RATE_LIMITS says “{part}”; it is kind=requests/seconds, such as read=600/60, with a"
                f" comma between several. Kinds are {', '.join(RATES)}."
            )
        stated[kind] = int(found[1]), int(found[2])
    return stated
