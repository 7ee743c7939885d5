"""The organisations in a caller's reach: what stands over each, and sums along the tree."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Value as Constant

from recommendations.models import Judgement, OrganisationPath
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.execute import Row
from recommendations.queries.parameters import ANYBODY, Values
from recommendations.queries.visibility import reaches

A_JUDGEMENT = 0  # Stands in the place of an organisation's key.
# An organisation's key, or None for everything; then what rows are split by.
Key = tuple[Any, ...]
# Of each column which values occur, and in how many recommendations.
Tallies = list[dict[Any, int]]


class OrganisationTree:
    """What stands over each organisation, as far as it is in reach, and the codes of judgements."""

    def __init__(self, rows: Iterable[Row], *, root: str) -> None:
        self.above: dict[int, list[int | None]] = {}
        self.briefs: dict[int | None, dict[str, Any] | None] = {None: None}
        codes = []
        for below, key, slug, name, level in rows:
            if below == A_JUDGEMENT:
                codes.append((key, slug))
                continue
            self.above.setdefault(below, [None]).append(key)
            url = f"{root}organisations/{slug}/"
            self.briefs[key] = {"slug": slug, "name": name, "level": level, "url": url}
        self.judgements = tuple(dict.fromkeys(code for _, code in sorted(codes)))

    def place(self, key: int | None) -> str:
        """What organisations are sorted by: their slug. Everything comes first."""
        brief = self.briefs[key]
        return brief["slug"] if brief else ""

    def added_up(self, counted: Mapping[Key, Tallies]) -> dict[Key, Tallies]:
        """The tallies of each owner, added to those of each that stands over it, and to everything's."""
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
    """The tree as the caller reaches it. One query, for the codes of judgements too."""
    return OrganisationTree(_statement(vendor).rows(values), root=root)


@lru_cache
def _statement(vendor: str) -> CompiledQuery:
    paths = OrganisationPath.objects.filter(reaches(ANYBODY, "ancestor")).values_list(
        "descendant_id", "ancestor_id", "ancestor__slug", "ancestor__name", "ancestor__level"
    )
    judgements = Judgement.objects.order_by().values_list(
        Constant(A_JUDGEMENT), "order", "code", Constant(""), Constant("")
    )
    return CompiledQuery(paths.union(judgements))
