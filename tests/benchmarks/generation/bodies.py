"""The bodies of a made-up nation, and the people who act in it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice

from recommendations import roles
from recommendations.intake.curated import OrganisationSeed
from recommendations.models import Level, Membership, Organisation, User
from recommendations.operations.accounts import create_account, grant_role, issue_token
from recommendations.operations.first_accounts import issue_first_access
from recommendations.operations.organisations import load_organisations
from tests.benchmarks.generation.change import Actor
from tests.benchmarks.generation.size import Extent
from tests.benchmarks.generation.words import drawn_from, places

RAREST = "rarest-pdu"
SERVICE, ASSURANCE, INSPECTORATE = "made-up-service", "made-up-assurance", "made-up-inspectorate"
Access = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Bodies:
    """Organisations by their part in the nation, and who acts for them."""

    service: Organisation
    inspectorate: Organisation
    regions: list[Organisation]
    pdus: list[Organisation]
    partners: list[Organisation]
    assurer: Actor
    inspector: Actor
    # By the organisation that owns; for those that have nobody of their own, the national service's.
    owners: dict[int, Actor]

    def acting_for(self, owner: Organisation) -> Actor:
        return self.owners.get(owner.pk, self.owners[self.service.pk])

    @property
    def rarest(self) -> Organisation:
        return next(pdu for pdu in self.pdus if pdu.slug == RAREST)


def make_bodies(extent: Extent, *, by: User, at: datetime) -> tuple[Bodies, Access]:
    """Record organisations and accounts; the accesses are shown this once, by role and by slug of a PDU."""
    load_organisations(seeds=_seeds(extent), by=by, at=at)
    made = list(Organisation.objects.select_related("parent").order_by("pk"))
    service, _, inspectorate = (_named(made, slug) for slug in (SERVICE, ASSURANCE, INSPECTORATE))
    access = issue_first_access(inspected=service, by=by, at=at)
    owners = {service.pk: _actor(roles.CONTRIBUTOR)}
    pdus = [one for one in made if one.level == Level.PDU]
    for pdu in pdus:
        access[pdu.slug] = _employ(pdu, by=by, at=at)
        owners[pdu.pk] = _actor(pdu.slug)
    bodies = Bodies(
        service=service,
        inspectorate=inspectorate,
        regions=[one for one in made if one.level == Level.REGION],
        pdus=pdus,
        partners=[one for one in made if one.level == Level.PARTNER],
        assurer=_actor(roles.ASSURER),
        inspector=_actor(roles.INSPECTOR),
        owners=owners,
    )
    return bodies, access


def _seeds(extent: Extent) -> list[OrganisationSeed]:
    names = iter(places(drawn_from(extent.seed, "bodies"), extent.regions + extent.pdus + extent.partners))
    regions = [f"region-{number}" for number in range(1, extent.regions + 1)]
    slugs = [f"pdu-{number}" for number in range(1, extent.pdus)] + [RAREST]
    above = islice(cycle(regions), len(slugs))
    return [
        _seed(SERVICE, "Made-up Probation Service", Level.NATIONAL_SERVICE),
        _seed(ASSURANCE, "Made-up Assurance Panel", Level.ASSURANCE),
        _seed(INSPECTORATE, "Made-up Inspectorate of Probation", Level.INSPECTORATE),
        *(_seed(slug, f"{next(names)} region", Level.REGION, SERVICE) for slug in regions),
        *(
            _seed(slug, f"{next(names)} PDU", Level.PDU, parent)
            for slug, parent in zip(slugs, above, strict=True)
        ),
        *(
            _seed(f"partner-{number}", f"{next(names)} Council", Level.PARTNER)
            for number in range(1, extent.partners + 1)
        ),
    ]


def _seed(slug: str, name: str, level: str, parent: str | None = None) -> OrganisationSeed:
    return OrganisationSeed(
        slug=slug, name=name, level=level, parent=parent, aliases=(), made_up=True, note=""
    )


def _named(made: list[Organisation], slug: str) -> Organisation:
    return next(one for one in made if one.slug == slug)


def _employ(pdu: Organisation, *, by: User, at: datetime) -> dict[str, str]:
    """An account with a token for the PDU; it has no password, as a hundred hashes take half a minute."""
    user = create_account(username=pdu.slug, password=None, by=by, at=at)
    grant_role(user=user, role=roles.CONTRIBUTOR, home=pdu, reach=pdu, by=by, at=at)
    token = issue_token(user=user, label="First access", may_write=True, lifetime=None, by=by, at=at)
    return {"username": pdu.slug, "password": "", "token": token}


def _actor(username: str) -> Actor:
    held = Membership.objects.select_related("user", "home").get(user__username=username)
    return Actor(held.user, held.role, held.home.slug)
