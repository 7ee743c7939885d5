"""Which query parameters an address takes. Any other is refused by name: ignored, it shows the wrong rows."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any, cast

from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from recommendations.api.filters.backends import searches
from recommendations.api.filters.base import IN, MOST_VALUES, takes_several
from recommendations.api.pagination import PARAMETERS

# What a list takes beside its filters.
LISTED = PARAMETERS | {"format"}


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
        # A filter without a value would be passed over, which is the same as one that is not known.
        elif not all(values):
            problems[name] = [f"“{name}” has no value. Give it one, or leave it out."]
        # Taking the last of several would show the wrong rows.
        elif len(values) > 1 and name not in several:
            problems[name] = [f"“{name}” is given {len(values)} times. Give it once."]
        elif len(values) > MOST_VALUES:
            problems[name] = [f"“{name}” is given {len(values)} times. At most {MOST_VALUES} are taken."]
    if problems:
        raise ValidationError(problems)


def known_parameters(view: Any) -> tuple[frozenset[str], frozenset[str]]:
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
