"""The real report recorded, and people of every kind who look at it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from recommendations import roles
from recommendations.intake.seeds import Seeds, read_seeds
from recommendations.models import Action, Inspection, Level, Organisation, User
from recommendations.operations.accounts import (
    create_account,
    grant_role,
    issue_token,
    system_actor,
)
from recommendations.operations.actions import plan_action
from recommendations.operations.intake import Request, import_report
from recommendations.operations.organisations import create_organisation

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PASSWORD = "violet kettle seventeen"


@pytest.fixture(scope="session")
def report_text() -> str:
    return (settings.SEEDS_DIR / "reports" / "BSG-2023.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    return read_seeds(settings.SEEDS_DIR)


@pytest.fixture
def system(db: None) -> User:
    return system_actor()


@pytest.fixture
def bsg(system: User, report_text: str, seeds: Seeds) -> Inspection:
    """The inspection of Bristol and South Gloucestershire PDU, with its curated data."""
    return import_report(text=report_text, seeds=seeds, request=Request(), by=system, at=NOW).inspection


@pytest.fixture
def bodies(bsg: Inspection, system: User) -> SimpleNamespace:
    """The line above the PDU, a sibling beside it, and those outside."""
    region = bsg.inspected.parent
    return SimpleNamespace(
        pdu=bsg.inspected,
        region=region,
        national=region.parent,
        sibling=create_organisation(name="Cornwall PDU", level=Level.PDU, parent=region, by=system, at=NOW),
        police=Organisation.objects.filter(level=Level.PARTNER).order_by("pk")[0],
        assurance=Organisation.objects.get(level=Level.ASSURANCE),
        inspectorate=Organisation.objects.get(level=Level.INSPECTORATE),
    )


@pytest.fixture
def people(bodies: SimpleNamespace, system: User) -> SimpleNamespace:
    """A person of every kind, named for it."""
    posts = {
        "viewer": (roles.VIEWER, bodies.national, bodies.national),
        "contributor": (roles.CONTRIBUTOR, bodies.pdu, bodies.pdu),
        "regional": (roles.CONTRIBUTOR, bodies.region, bodies.region),
        "national": (roles.CONTRIBUTOR, bodies.national, bodies.national),
        "sibling": (roles.CONTRIBUTOR, bodies.sibling, bodies.sibling),
        "partner": (roles.CONTRIBUTOR, bodies.police, bodies.police),
        "assurer": (roles.ASSURER, bodies.assurance, bodies.national),
        "inspector": (roles.INSPECTOR, bodies.inspectorate, bodies.inspectorate),
        "administrator": (roles.ADMINISTRATOR, bodies.national, bodies.national),
    }
    found = SimpleNamespace(outsider=create_account(username="outsider", password=PASSWORD, by=system))
    for name, (role, home, reach) in posts.items():
        user = create_account(username=name, password=PASSWORD, by=system)
        grant_role(user=user, role=role, home=home, reach=reach, by=system, at=NOW)
        setattr(found, name, user)
    return found


@pytest.fixture
def api(system: User) -> Callable[..., APIClient]:
    """A caller of the API with a token of the user; `may_write` unless said otherwise."""

    def caller(user: User | None, *, may_write: bool = True) -> APIClient:
        client = APIClient()
        if user is not None:
            token = issue_token(
                user=user, label="test", may_write=may_write, lifetime=None, by=system, at=NOW
            )
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return caller


@pytest.fixture
def screens() -> Callable[[User], Client]:
    """A browser in which the user has signed in to the staff screens."""

    def signed_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return signed_in


@pytest.fixture
def plan(people: SimpleNamespace, bodies: SimpleNamespace, bsg: Inspection) -> Callable[..., Action]:
    """Plan an action of recommendation `number`, by its owner's people, with what is given."""

    def planned(number: int = 1, **given: object) -> Action:
        recommendation = bsg.recommendations.get(number=number)
        by = {bodies.pdu: people.contributor, bodies.region: people.regional}
        plain = {
            "description": "Train every practitioner.",
            "lead": recommendation.owner,
            "responsible_post": "Head of PDU",
            "by": by.get(recommendation.owner, people.national),
            "at": NOW,
        }
        return plan_action(recommendation=recommendation, **{**plain, **given})

    return planned
