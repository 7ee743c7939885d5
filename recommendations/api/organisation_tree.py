"""The organisations that a caller's roles cover, as a tree, and sums along it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from recommendations.models import Judgement, OrganisationPath
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.execute import Row
from recommendations.queries.parameters import ANYBODY, Values
from recommendations.queries.visibility import reaches

# An organisation's key, or None for everything; then what rows are split by.
Key = tuple[Any, ...]
# Of each column which values occur, and in how many recommendations.
Tallies = list[dict[Any, int]]


class OrganisationTree:
    """The ancestors of each organisation that the caller's roles cover, and the codes of judgements."""

    def __init__(self, paths: Iterable[Row], judgements: Iterable[Row], *, root: str) -> None:
        self.above: dict[int, list[int | None]] = {}
        self.briefs: dict[int | None, dict[str, Any] | None] = {None: None}
        for below, key, slug, name, level in paths:
            self.above.setdefault(below, [None]).append(key)
            url = f"{root}organisations/{slug}/"
            self.briefs[key] = {"slug": slug, "name": name, "level": level, "url": url}
        self.judgements = tuple(dict.fromkeys(code for _, code in sorted(judgements)))

    def place(self, key: int | None) -> str:
        """The sort key of an organisation: its slug. The row of all organisations comes first."""
        brief = self.briefs[key]
        return brief["slug"] if brief else ""

    def added_up(self, counted: Mapping[Key, Tallies]) -> dict[Key, Tallies]:
        """The tallies of each owner, added to those of its ancestors and to the total."""
        totals: dict[Key, Tallies] = {}
        for (owner, *split), tallies in counted.items():
            for organisation in self.above.get(owner, [None]):
                key = (organisation, *split)
                if key in totals:
                    _add(totals[key], tallies)
                else:
                    totals[key] = [dict(tally) for tally in tallies]
        return totals


def _add(totals: Tallies, tallies: Tallies) -> None:
    for total, tally in zip(totals, tallies, strict=True):
        for value, count in tally.items():
            total[value] = total.get(value, 0) + count


def tree_for(values: Values, *, root: str, vendor: str) -> OrganisationTree:
    """The tree of the organisations that the caller's roles cover. Two queries."""
    return OrganisationTree(_paths(vendor).rows(values), _judgements(vendor).rows(values), root=root)


@lru_cache
def _paths(vendor: str) -> CompiledQuery:
    rows = OrganisationPath.objects.filter(reaches(ANYBODY, "ancestor"))
    ancestor = [f"ancestor__{name}" for name in ("slug", "name", "level")]
    return CompiledQuery(rows.order_by().values_list("descendant_id", "ancestor_id", *ancestor))


@lru_cache
def _judgements(vendor: str) -> CompiledQuery:
    return CompiledQuery(Judgement.objects.order_by().values_list("order", "code"))
