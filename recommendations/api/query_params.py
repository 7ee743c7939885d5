"""Query parameters: which ones an address takes, and what their words stand for.

Any other parameter is refused by name: ignored, it would show the wrong rows.
"""

from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from typing import Any, cast

from knox.settings import knox_settings
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from recommendations.api.filters.backends import searches
from recommendations.api.filters.base import IN, ISO_DAY, MOST_VALUES, takes_several
from recommendations.models.base import FIRST_YEAR

# What a list takes beside its filters.
LISTED = frozenset({"cursor", "page_size", "count", "ordering", "format"})
# An export has every row: with one of these it would not be what was asked for.
OF_PAGES = frozenset({"cursor", "page_size", "count"})
TOKEN_NAMES = {"token", "access_token", "api_key", "apikey", "key"}


def yes_or_no(request: Request, name: str) -> bool:
    """A parameter that is `true` or `false`, and false unless given; raises ValidationError."""
    words = request.query_params.get(name, "false")
    if words not in {"true", "false"}:
        raise ValidationError({name: f"“{words}” is neither true nor false."})
    return words == "true"


def day_asked(request: Request, name: str, *, latest: date) -> date | None:
    """A parameter that is an ISO 8601 day from FIRST_YEAR to `latest`; raises ValidationError."""
    words = request.query_params.get(name)
    if words is None:
        return None
    if not ISO_DAY.fullmatch(words):
        raise ValidationError({name: f"“{words}” is not a day as YYYY-MM-DD."})
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise ValidationError({name: f"There is no day “{words}”."}) from error
    if day.year < FIRST_YEAR:
        raise ValidationError({name: f"{words} is too long ago: give a day since {FIRST_YEAR}."})
    if day > latest:
        raise ValidationError({name: f"{words} is still to come: nothing is known of that day."})
    return day


def refuse_token_in_address(request: Request) -> None:
    """Raise ValidationError where a token stands in the address: logs and histories keep addresses."""
    prefix = knox_settings.TOKEN_PREFIX
    found = [
        name
        for name, value in request.query_params.items()
        if name in TOKEN_NAMES or str(value).startswith(prefix)
    ]
    if found:
        said = (
            "A token does not belong into an address, which logs keep: ask for another, and send it as"
            " `Authorization: Bearer TOKEN` or as the password of HTTP Basic."
        )
        raise ValidationError({name: [said] for name in found})


def refuse_unknown(request: Request, view: Any) -> None:
    """Raise ValidationError naming every query parameter that `view` does not know, and those it does."""
    given = request.query_params
    if not given:
        return
    known, several = known_parameters(view)
    problems: dict[str, list[str]] = {}
    for name, values in given.lists():
        if name not in known:
            listed = f"Known are: {', '.join(sorted(known))}." if known else "None is known here."
            problems[name] = [f"“{name}” is not a parameter of this address. {listed}"]
        elif name in OF_PAGES and view.is_export:
            problems[name] = [f"“{name}” is for pages, and an export has every row. Leave it out."]
        elif problem := _problem_of_values(values, takes_several=name in several):
            problems[name] = [f"“{name}” {problem}"]
    if problems:
        raise ValidationError(problems)


def _problem_of_values(values: list[str], *, takes_several: bool) -> str:
    # A filter without a value would be passed over, which is the same as one that is not known.
    if not all(values):
        return "has no value. Give it one, or leave it out."
    # Taking the last of several would show the wrong rows.
    if len(values) > 1 and not takes_several:
        return f"is given {len(values)} times. Give it once."
    if len(values) > MOST_VALUES:
        return f"is given {len(values)} times. At most {MOST_VALUES} are taken."
    return ""


def known_parameters(view: GenericViewSet) -> tuple[frozenset[str], frozenset[str]]:
    """What may be asked at the view's address, and which of it several times."""
    if view.request.method not in SAFE_METHODS:
        return frozenset({"dry_run"}), frozenset()
    kind = cast("Hashable", type(view))
    return _known(kind, view.action)


@lru_cache(maxsize=256)
def _known(kind: Hashable, action: str) -> tuple[frozenset[str], frozenset[str]]:
    view = cast("Any", kind)
    known = {"as_of"} if view.takes_as_of and action in {"list", "retrieve"} else set()
    several = (
        {"fields", "omit"} if hasattr(view, "row_serializer") and action in {"list", "retrieve"} else set()
    )
    if action == "list":
        filterset = getattr(view, "filterset_class", None)
        filters = filterset.base_filters if filterset else {}
        several |= {name for name, one in filters.items() if takes_several(one)}
        known |= set(filters) | {f"{name}{IN}" for name in several & set(filters)}
        known |= view.list_parameters | ({"search"} if searches(view) else set())
    return frozenset(known | several), frozenset(several)
