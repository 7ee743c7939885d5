"""Making organisations, and keeping the closed tree in step with them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from recommendations.access import require_anywhere
from recommendations.errors import Refused
from recommendations.intake.curated import OrganisationSeed
from recommendations.models import Level, Organisation, OrganisationAlias, OrganisationPath, User
from recommendations.models.organisation import name_key
from recommendations.operations.record import recording
from recommendations.operations.validation import Draft
from recommendations.roles import Capability


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
    """Add an organisation under `parent`, its slug made from the name where none is given.

    Raises NotPermitted unless `by` is an administrator, or imports reports; Invalid with every problem,
    a name in use included.
    """
    with recording("create organisation", by=by, at=at) as change:
        change.acting = require_anywhere(
            by,
            Capability.MANAGE_ORGANISATIONS,
            Capability.IMPORT_REPORTS,
            otherwise="Only an administrator adds organisations.",
        )
        draft = Draft(Organisation)
        known_as = _names(draft, name, aliases)
        _check_place(draft, level, parent)
        _check_slug(draft, slug)
        values = {**draft.checked(), "slug": slug or _free_slug(name)}
        organisation = change.add(
            Organisation(**values, name_key=name_key(values["name"]), parent=parent, made_up=made_up)
        )
        change.add_all(
            OrganisationAlias,
            (
                OrganisationAlias(organisation=organisation, name=alias, name_key=name_key(alias))
                for alias in known_as
            ),
        )
        _add_paths(organisation)
        return organisation


@transaction.atomic
def load_organisations(*, seeds: Iterable[OrganisationSeed], by: User, at: datetime) -> list[Organisation]:
    """Create the organisations whose slug is new, parents first. Existing ones are not changed.

    Raises Refused if a parent is not known, or is its own descendant.
    """
    known = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    created = []
    waiting = [seed for seed in seeds if seed.slug not in known]
    while waiting:
        ready = [seed for seed in waiting if seed.parent is None or seed.parent in known]
        if not ready:
            raise Refused(
                f"Organisation {seed.slug} stands under {seed.parent}, which is not known or stands under it."
                for seed in waiting
            )
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
        waiting = [seed for seed in waiting if seed.slug not in known]
    return created


def _names(draft: Draft, name: str, aliases: Iterable[str]) -> list[str]:
    """Clean the name and the aliases into `draft`; returns the aliases that are no repetition."""
    keys = {_name(draft, "name", name)}
    kept, refused = [], []
    for alias in aliases:
        other = Draft(OrganisationAlias)
        key = _name(other, "name", alias)
        refused += other.problems.get("name", [])
        if key not in keys:
            keys.add(key)
            kept.append(other.values["name"])
    for sentence in refused:
        draft.refuse("aliases", sentence)
    return kept


def _name(draft: Draft, field: str, words: str) -> str:
    """Clean a name or alias into `draft`, refusing one in use; returns what makes it the same."""
    cleaned = draft.text(field, words)
    if field not in draft.problems and (taken := Organisation.objects.named(cleaned).first()):
        draft.refuse(field, f"“{cleaned}” is already the name of {taken}.")
    return name_key(cleaned)


def _check_place(draft: Draft, level: str, parent: Organisation | None) -> None:
    draft.choice("level", level, Level)
    if level in {Level.REGION, Level.PDU} and parent is None:
        draft.refuse("parent", "A region and a PDU stand under another organisation: name it.")
    if level == Level.NATIONAL_SERVICE and parent is not None:
        draft.refuse("parent", "A national service stands under no other organisation.")


def _check_slug(draft: Draft, slug: str) -> None:
    longest = Organisation._meta.get_field("slug").max_length or 0
    if slug and (slugify(slug) != slug or len(slug) > longest):
        draft.refuse("slug", f"“{slug}” is no slug: small letters, digits and dashes, at most {longest}.")
    elif slug and Organisation.objects.filter(slug=slug).exists():
        draft.refuse("slug", f"“{slug}” is already the slug of another organisation.")


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
