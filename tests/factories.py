"""The real report recorded, and people of every kind who look at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from recommendations import roles
from recommendations.intake.seeds import read_seeds
from recommendations.models import Action, Inspection, Level, Organisation, RecordHead, User
from recommendations.operations.accounts import (
    create_account,
    grant_role,
    issue_token,
    system_actor,
)
from recommendations.operations.actions import plan_action
from recommendations.operations.intake import Request, import_report
from recommendations.operations.organisations import create_organisation
from recommendations.operations.record import mark_demonstration
from recommendations.record.chain import GENESIS

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BEFORE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSWORD = "violet kettle seventeen"


def report() -> str:
    return (settings.SEEDS_DIR / "reports" / "BSG-2023.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The report and the people are recorded once a process; each test begins from there."""
    with django_db_blocker.unblock():
        mark_demonstration(by=system_actor(), at=BEFORE)
        recorded()
        for user in vars(staffed()).values():
            TOKENS[user.pk] = token_of(user)


@pytest.fixture
def empty(db: None) -> None:
    """Nothing is recorded: what the session began with is gone, for this test."""
    emptied()


def emptied(*, demonstration: bool = True) -> None:
    """As a new installation is, until the transaction is undone."""
    unguarded()
    with connection.cursor() as cursor:
        for model in apps.get_app_config("recommendations").get_models(include_auto_created=True):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608  Our own tables.
    RecordHead(pk=1, hash=GENESIS, demonstration=demonstration).save(force_insert=True)
    User(username="system", is_active=False, password=make_password(None)).save(force_insert=True)


@pytest.fixture(scope="module")
def keys_go_on(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For tests that set the database's own keys: PostgreSQL does not take that back with the transaction."""
    yield
    models = list(apps.get_app_config("recommendations").get_models(include_auto_created=True))
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def unguarded() -> None:
    """Take the guards of the record away, until the test's transaction is undone."""
    module = import_module("recommendations.migrations.0005_record_guards")
    with connection.cursor() as cursor:
        # No schema editor: on SQLite it begins only outside a transaction.
        module.unguard(apps, SimpleNamespace(connection=connection, execute=cursor.execute))


# The token of each person, by the key of the account; issued once a process.
TOKENS: dict[int, str] = {}


def token_of(user: User, *, may_write: bool = True) -> str:
    """A token of the user: the one of the session, where one of that kind was issued."""
    if may_write and user.pk in TOKENS:
        return TOKENS[user.pk]
    return issue_token(user=user, label="test", may_write=may_write, lifetime=None, by=system_actor(), at=NOW)


def recorded() -> Inspection:
    """The inspection of Bristol and South Gloucestershire PDU; imported where it is not there."""
    found = Inspection.objects.filter(reference="BSG-2023").first()
    return (
        found
        or import_report(
            text=report(),
            seeds=read_seeds(settings.SEEDS_DIR),
            request=Request(),
            by=system_actor(),
            at=NOW,
        ).inspection
    )


@dataclass(frozen=True)
class Bodies:
    """The PDU and what is above it, a sibling beside it, and organisations outside its line."""

    pdu: Organisation
    region: Organisation
    national: Organisation
    sibling: Organisation
    police: Organisation
    assurance: Organisation
    inspectorate: Organisation


@dataclass(frozen=True)
class People:
    """A person of every kind, named for it. The outsider holds no role."""

    outsider: User
    viewer: User
    contributor: User
    regional: User
    national: User
    sibling: User
    partner: User
    assurer: User
    inspector: User
    administrator: User


KINDS = tuple(kind.name for kind in fields(People))


def line() -> Bodies:
    pdu = recorded().inspected
    sibling = Organisation.objects.filter(name="Cornwall PDU").first()
    region = pdu.parent
    if region is None or region.parent is None:
        raise LookupError(f"{pdu} has no region and nation above it.")
    return Bodies(
        pdu=pdu,
        region=region,
        national=region.parent,
        sibling=sibling
        or create_organisation(
            name="Cornwall PDU", level=Level.PDU, parent=region, by=system_actor(), at=NOW
        ),
        police=Organisation.objects.filter(level=Level.PARTNER).order_by("pk")[0],
        assurance=Organisation.objects.get(level=Level.ASSURANCE),
        inspectorate=Organisation.objects.get(level=Level.INSPECTORATE),
    )


def staffed() -> People:
    """A person of every kind; made where they are not there."""
    known = {user.username: user for user in User.objects.filter(username__in=KINDS)}
    if len(known) == len(KINDS):
        return People(**{kind: known[kind] for kind in KINDS})
    bodies = line()
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
    found = {"outsider": _person("outsider")}
    for name, (role, home, reach) in posts.items():
        user = _person(name)
        grant_role(user=user, role=role, home=home, reach=reach, by=system_actor(), at=NOW)
        found[name] = user
    return People(**found)


def _person(name: str) -> User:
    found = User.objects.filter(username=name).first()
    return found or create_account(username=name, password=PASSWORD, by=system_actor(), at=NOW)


@pytest.fixture(scope="session")
def report_text() -> str:
    return report()


@pytest.fixture
def system(db: None) -> User:
    return system_actor()


@pytest.fixture
def bsg(db: None) -> Inspection:
    return recorded()


@pytest.fixture
def bodies(db: None) -> Bodies:
    return line()


@pytest.fixture
def people(db: None) -> People:
    return staffed()


@pytest.fixture
def api(system: User) -> Callable[..., APIClient]:
    """A caller of the API with a token of the user; `may_write` unless said otherwise."""

    def caller(user: User | None, *, may_write: bool = True) -> APIClient:
        client = APIClient()
        if user is not None:
            token = token_of(user, may_write=may_write)
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
def plan(people: People, bodies: Bodies, bsg: Inspection) -> Callable[..., Action]:
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
