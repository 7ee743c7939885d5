"""Reads query parameters, and refuses unknown ones by name: ignoring a filter would show the wrong rows."""

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

# The parameters of every list, in addition to its filters.
LIST_PARAMETERS = frozenset({"cursor", "page_size", "count", "ordering", "format"})
# An export has every row, so these are refused there.
PAGE_PARAMETERS = frozenset({"cursor", "page_size", "count"})
TOKEN_NAMES = {"token", "access_token", "api_key", "apikey", "key"}


def boolean_parameter(request: Request, name: str) -> bool:
    """A parameter that is `true` or `false` (the default). Raises ValidationError."""
    words = request.query_params.get(name, "false")
    if words not in {"true", "false"}:
        raise ValidationError({name: f"“{words}” is neither true nor false."})
    return words == "true"


def day_parameter(request: Request, name: str, *, latest: date) -> date | None:
    """A parameter that is an ISO 8601 day from FIRST_YEAR to `latest`, or None. Raises ValidationError."""
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
        raise ValidationError({name: f"{words} is too early. Give a day since {FIRST_YEAR}."})
    if day > latest:
        raise ValidationError({name: f"{words} is in the future. Give today or a past day."})
    return day


def refuse_token_in_address(request: Request) -> None:
    """Raise ValidationError if the address holds a token: logs and histories keep addresses."""
    prefix = knox_settings.TOKEN_PREFIX
    found = [
        name
        for name, value in request.query_params.items()
        if name in TOKEN_NAMES or str(value).startswith(prefix)
    ]
    if found:
        said = (
            "Do not put a token in an address: logs keep addresses. Ask for a new token, and send it as"
            " `Authorization: Bearer TOKEN` or as the password of HTTP Basic."
        )
        raise ValidationError({name: [said] for name in found})


def refuse_unknown(request: Request, view: Any) -> None:
    """Raise ValidationError that names every unknown query parameter, and the known ones."""
    given = request.query_params
    if not given:
        return
    known, several = known_parameters(view)
    problems: dict[str, list[str]] = {}
    for name, values in given.lists():
        if name not in known:
            listed = f"Use one of: {', '.join(sorted(known))}." if known else "This address takes none."
            problems[name] = [f"“{name}” is not a parameter of this address. {listed}"]
        elif name in PAGE_PARAMETERS and view.is_export:
            problems[name] = [f"“{name}” is for pages. An export has every row: leave it out."]
        elif problem := _problem_of_values(values, takes_several=name in several):
            problems[name] = [f"“{name}” {problem}"]
    if problems:
        raise ValidationError(problems)


def _problem_of_values(values: list[str], *, takes_several: bool) -> str:
    # A filter without a value would be ignored, like an unknown one.
    if not all(values):
        return "has no value. Give it one, or leave it out."
    # Django takes the last of several values, which would show the wrong rows.
    if len(values) > 1 and not takes_several:
        return f"is given {len(values)} times. Give it once."
    if len(values) > MOST_VALUES:
        return f"is given {len(values)} times. Give it at most {MOST_VALUES} times."
    return ""


def known_parameters(view: GenericViewSet) -> tuple[frozenset[str], frozenset[str]]:
    """The parameters that the view takes, and those of them that may be given several times."""
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
