"""The organisations that a user's roles cover, as a tree, and the recommendations of each subtree."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from recommendations.models import OrganisationPath, User
from recommendations.queries.visibility import reaches
from recommendations.read_models.summary import StatusRow


@dataclass(frozen=True)
class OrganisationNode:
    """One organisation; `parent` is None if the user's roles cover nothing above it."""

    key: int
    slug: str
    name: str
    level: str
    parent: int | None


class Tree:
    """The organisations that a user's roles cover, by key, and the ancestors of each."""

    def __init__(self, paths: Iterable[tuple[int, int, int, str, str, str]]) -> None:
        """`paths` are rows of key, ancestor's key, depth, and the ancestor's slug, name and level."""
        self.above: dict[int, list[int]] = defaultdict(list)
        parents: dict[int, int] = {}
        found: dict[int, tuple[str, str, str]] = {}
        for key, over, depth, *words in paths:
            self.above[key].append(over)
            slug, name, level = words
            found[over] = (slug, name, level)
            if depth == 1:
                parents[key] = over
        self.bodies = {key: OrganisationNode(key, *found[key], parents.get(key)) for key in found}
        self.below: dict[int | None, list[OrganisationNode]] = defaultdict(list)
        for body in sorted(self.bodies.values(), key=lambda one: one.name):
            self.below[body.parent].append(body)

    def by_slug(self, slug: str) -> OrganisationNode | None:
        return next((body for body in self.bodies.values() if body.slug == slug), None)

    def rolled_up(self, found: Iterable[StatusRow]) -> dict[int, list[StatusRow]]:
        """Key of an organisation → its recommendations and those of all organisations under it."""
        under: dict[int, list[StatusRow]] = defaultdict(list)
        for one in found:
            for key in self.above.get(one.owner, ()):
                under[key].append(one)
        return under

    def under(self, body: OrganisationNode, found: Iterable[StatusRow]) -> list[StatusRow]:
        """The recommendations of one organisation and of all under it."""
        return [one for one in found if body.key in self.above.get(one.owner, ())]

    def walk(self, parent: int | None = None, depth: int = 0) -> Iterator[tuple[int, OrganisationNode]]:
        """Every organisation with its depth, each before those under it, by their names."""
        for body in self.below.get(parent, ()):
            yield depth, body
            yield from self.walk(body.key, depth + 1)

    def line(self, body: OrganisationNode) -> list[OrganisationNode]:
        """The ancestors of an organisation, topmost first."""
        over = self.bodies.get(body.parent) if body.parent else None
        return [*self.line(over), over] if over else []


def tree_for(user: User) -> Tree:
    """The tree of the organisations that the roles of `user` cover. One query."""
    reached = OrganisationPath.objects.filter(reaches(user, "ancestor"))
    ancestor = [f"ancestor__{name}" for name in ("slug", "name", "level")]
    return Tree(reached.order_by().values_list("descendant_id", "ancestor_id", "depth", *ancestor))


@dataclass(frozen=True)
class OrganisationPart:
    """An organisation and its recommendations; no slug if the part is not one organisation."""

    name: str
    slug: str
    found: Sequence[StatusRow]


def parts_of(
    tree: Tree, found: Sequence[StatusRow], top: OrganisationNode | None = None
) -> list[OrganisationPart]:
    """The recommendations of `top`, or all of them, split by the organisations directly below it.

    Without `top`, an organisation that holds all recommendations takes its place. Each recommendation is in
    one part. The first part holds those of the top organisation itself, or of organisations not covered.
    """
    under = tree.rolled_up(found)
    top = top or next((one for one in tree.below[None] if len(under.get(one.key, ())) == len(found)), None)
    whole, heads = (under.get(top.key, ()), tree.below.get(top.key, ())) if top else (found, tree.below[None])
    shares = [OrganisationPart(body.name, body.slug, under[body.key]) for body in heads if body.key in under]
    taken = {one.key for share in shares for one in share.found}
    rest = [one for one in whole if one.key not in taken]
    if not rest:
        return shares
    if top is None:
        return [OrganisationPart("Other organisations", "", rest), *shares]
    return [OrganisationPart(f"{top.name} itself" if shares else top.name, top.slug, rest), *shares]
