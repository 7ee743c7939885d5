"""Making organisations, and keeping the closed tree in step with them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from recommendations.intake.curated import OrganisationSeed
from recommendations.models import Level, Organisation, OrganisationAlias, OrganisationPath, User
from recommendations.operations.draft import Draft


@transaction.atomic
def create_organisation(
    *,
    name: str,
    level: str,
    parent: Organisation | None,
    by: User,
    at: datetime,
    slug: str = "",
    aliases: Iterable[str] = (),
    made_up: bool = False,
) -> Organisation:
    """Add an organisation under `parent`. Raises Invalid with every problem, a name in use included."""
    draft = Draft(Organisation)
    for words in (name, *aliases):
        if taken := Organisation.objects.named(words).first():
            draft.refuse("name", f"“{words}” is already the name of {taken}.")
    draft.text("name", name)
    draft.choice("level", level, Level)
    if level in {Level.REGION, Level.PDU} and parent is None:
        draft.refuse("parent", "A region and a PDU stand under another organisation: name it.")
    organisation = Organisation.objects.create(
        **draft.checked(),
        slug=slug or _free_slug(name),
        parent=parent,
        made_up=made_up,
        created_at=at,
        updated_at=at,
    )
    OrganisationAlias.objects.bulk_create(
        OrganisationAlias(organisation=organisation, name=alias) for alias in aliases
    )
    _add_paths(organisation)
    return organisation


def load_organisations(*, seeds: Iterable[OrganisationSeed], by: User, at: datetime) -> list[Organisation]:
    """Create those whose slug is not yet known, parents first; what stands is never overwritten."""
    known = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    created = []
    waiting = [seed for seed in seeds if seed.slug not in known]
    while waiting:
        ready = [seed for seed in waiting if seed.parent is None or seed.parent in known]
        for seed in ready:
            known[seed.slug] = create_organisation(
                slug=seed.slug,
                name=seed.name,
                level=seed.level,
                parent=known[seed.parent] if seed.parent else None,
                aliases=seed.aliases,
                made_up=seed.made_up,
                by=by,
                at=at,
            )
            created.append(known[seed.slug])
        waiting = [seed for seed in waiting if seed not in ready]
    return created


def _add_paths(organisation: Organisation) -> None:
    above = OrganisationPath.objects.filter(descendant=organisation.parent_id)
    OrganisationPath.objects.bulk_create(
        [OrganisationPath(ancestor=organisation, descendant=organisation, depth=0)]
        + [
            OrganisationPath(ancestor_id=path.ancestor_id, descendant=organisation, depth=path.depth + 1)
            for path in above
        ]
    )


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70] or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug
        for slug in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
        if slug not in taken
    )
