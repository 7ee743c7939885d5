"""Which rows each role may read, and what it may do to them."""

from collections.abc import Callable

import pytest

from recommendations import roles
from recommendations.access import can, colleagues, holds, require_anywhere
from recommendations.errors import NotPermitted
from recommendations.models import Action, Inspection, Level, Organisation, Recommendation, User
from recommendations.operations.accounts import system_actor
from recommendations.operations.organisations import create_organisation
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from tests.models import rows
from tests.models.rows import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]

ROLES = list(roles.CAPABILITIES)
WRITES_OF_AN_OWNER = [Capability.PLAN_ACTIONS, Capability.REPORT_PROGRESS, Capability.ATTACH_EVIDENCE]


def body(name: str, parent: Organisation | None = None) -> Organisation:
    return create_organisation(name=name, level=Level.PARTNER, parent=parent, by=system_actor(), at=NOW)


def person(role: str, reach: Organisation) -> User:
    return rows.membership(role=role, home=reach, reach=reach).user


@pytest.fixture
def region() -> Organisation:
    return body("South West region")


@pytest.fixture
def pdu(region: Organisation) -> Organisation:
    return body("Cornwall PDU", region)


@pytest.fixture
def sibling(region: Organisation) -> Organisation:
    return body("Devon PDU", region)


@pytest.fixture
def recommendation(pdu: Organisation) -> Recommendation:
    return rows.recommendation(addressee=pdu)


@pytest.fixture
def action(recommendation: Recommendation) -> Action:
    return rows.action(recommendation=recommendation)


def roles_for_which(holds_true: Callable[[str], bool]) -> set[str]:
    return {role for role in ROLES if holds_true(role)}


def reads(user: User, action: Action) -> bool:
    return visible(Action.objects.all(), user, on=TODAY).contains(action)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_actions_within_its_reach(role: str, action: Action, region: Organisation) -> None:
    assert reads(person(role, region), action)


def test_out_of_reach_only_inspectors_and_administrators_read_actions(
    action: Action, sibling: Organisation
) -> None:
    assert roles_for_which(lambda role: reads(person(role, sibling), action)) == {
        "inspector",
        "administrator",
    }


def test_under_embargo_only_inspectors_and_administrators_read_a_report(pdu: Organisation) -> None:
    report = rows.inspection(inspected=pdu, published_latest=TODAY.replace(day=31))
    assert roles_for_which(
        lambda role: visible(Inspection.objects.all(), person(role, pdu), on=TODAY).contains(report)
    ) == {"inspector", "administrator"}


def test_a_published_report_is_open_to_a_person_without_a_role(pdu: Organisation) -> None:
    report = rows.inspection(inspected=pdu)
    assert visible(Inspection.objects.all(), rows.user(), on=TODAY).contains(report)


@pytest.mark.parametrize("capability", WRITES_OF_AN_OWNER)
def test_only_a_contributor_writes_for_the_owner(
    capability: Capability, recommendation: Recommendation, pdu: Organisation
) -> None:
    """Inspectors and administrators do not edit the text of owners."""
    assert roles_for_which(lambda role: can(person(role, pdu), capability, recommendation, on=TODAY)) == {
        "contributor"
    }


@pytest.mark.parametrize(
    ("capability", "role"),
    [
        (Capability.IMPORT_REPORTS, "inspector"),
        (Capability.MANAGE_ACCESS, "administrator"),
        (Capability.MANAGE_ORGANISATIONS, "administrator"),
    ],
)
def test_one_role_alone_imports_reports_and_one_manages_access_and_organisations(
    capability: Capability, role: str, pdu: Organisation
) -> None:
    assert roles_for_which(lambda one: holds(person(one, pdu), capability)) == {role}


def test_a_role_covers_the_whole_subtree(recommendation: Recommendation, region: Organisation) -> None:
    assert can(person(roles.CONTRIBUTOR, region), Capability.PLAN_ACTIONS, recommendation, on=TODAY)


def test_a_role_covers_no_organisation_above_or_beside(
    recommendation: Recommendation, region: Organisation, sibling: Organisation
) -> None:
    above = rows.recommendation(addressee=region)
    assert not can(person(roles.CONTRIBUTOR, sibling), Capability.PLAN_ACTIONS, recommendation, on=TODAY)
    assert not can(person(roles.CONTRIBUTOR, sibling), Capability.PLAN_ACTIONS, above, on=TODAY)


def test_a_lead_organisation_works_on_its_own_action_only(
    action: Action, recommendation: Recommendation
) -> None:
    police = body("Avon and Somerset Police")
    own = rows.action(recommendation=recommendation, lead=police)
    officer = person(roles.CONTRIBUTOR, police)
    assert can(officer, Capability.REPORT_PROGRESS, own, on=TODAY)
    assert not can(officer, Capability.REPORT_PROGRESS, action, on=TODAY)
    assert not can(officer, Capability.REPORT_PROGRESS, recommendation, on=TODAY)


@pytest.mark.parametrize("ended", [True, False], ids=["role ended", "account disabled"])
def test_an_ended_role_or_a_disabled_account_permits_nothing(
    ended: bool, action: Action, recommendation: Recommendation, pdu: Organisation
) -> None:
    user = rows.user(is_active=ended)
    for role in ROLES:
        rows.membership(user=user, role=role, reach=pdu, ended_at=NOW if ended else None)
    assert not any(holds(user, capability) for capability in Capability)
    assert not can(user, Capability.PLAN_ACTIONS, recommendation, on=TODAY)
    assert not reads(user, action)


def admitted(user: User) -> bool:
    try:
        require_anywhere(
            user, Capability.IMPORT_REPORTS, Capability.MANAGE_ACCESS, otherwise="Ask somebody else."
        )
    except NotPermitted:
        return False
    return True


def test_one_of_several_capabilities_is_enough_wherever_it_reaches(pdu: Organisation) -> None:
    assert roles_for_which(lambda role: admitted(person(role, pdu))) == {"inspector", "administrator"}


def test_the_tracker_itself_is_admitted_without_a_role() -> None:
    assert admitted(system_actor())


def test_a_superuser_without_a_role_is_refused_in_the_words_given() -> None:
    superuser = rows.user(is_superuser=True, is_staff=True)
    with pytest.raises(NotPermitted, match=r"^Ask somebody else\.$"):
        require_anywhere(superuser, Capability.MANAGE_ACCESS, otherwise="Ask somebody else.")


def test_colleagues_work_where_a_role_reaches_or_below(
    region: Organisation, pdu: Organisation, sibling: Organisation
) -> None:
    above, here, beside = (person(roles.VIEWER, at) for at in (region, pdu, sibling))
    assert set(colleagues(above)) == {above, here, beside}
    assert set(colleagues(here)) == {here}


def test_a_colleague_works_there_whatever_the_reach_of_other_roles(
    pdu: Organisation, sibling: Organisation
) -> None:
    here = person(roles.VIEWER, pdu)
    rows.membership(role=roles.ASSURER, home=sibling, reach=pdu)
    assert set(colleagues(here)) == {here}


def test_a_colleague_with_two_roles_is_named_once(pdu: Organisation) -> None:
    here = person(roles.VIEWER, pdu)
    rows.membership(user=here, role=roles.CONTRIBUTOR, home=pdu, reach=pdu)
    assert list(colleagues(here)) == [here]


def test_a_person_who_has_left_is_no_colleague(pdu: Organisation) -> None:
    here = person(roles.VIEWER, pdu)
    rows.membership(home=pdu, reach=pdu, ended_at=NOW)
    rows.membership(home=pdu, reach=pdu, user=rows.user(is_active=False))
    assert set(colleagues(here)) == {here}


def test_a_person_without_a_role_has_no_colleagues(pdu: Organisation) -> None:
    person(roles.VIEWER, pdu)
    assert not colleagues(rows.user()).exists()
