"""Making organisations: names that lead to one body, and a tree that is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations import roles
from recommendations.errors import Invalid, NotPermitted, Refused
from recommendations.intake.curated import OrganisationSeed
from recommendations.models import Level, Organisation, OrganisationAlias, OrganisationPath, User
from recommendations.operations.accounts import system_actor
from recommendations.operations.organisations import create_organisation, load_organisations
from tests.models import rows
from tests.models.rows import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]

COMPOSED, DECOMPOSED = "Caf\u00e9 Wales", "Cafe\u0301 Wales"
UNFIT_NAMES = {
    "NUL": "a\0b",
    "lone surrogate": "a\ud800b",
    "control character": "a\x07b",
    "line break": "a\nb",
    "empty": "",
    "spaces": "  ",
    "too long": "a" * 201,
}


@pytest.fixture
def by() -> User:
    return system_actor()


def create(**given: object) -> Organisation:
    plain: dict[str, Any] = {
        "name": "Cornwall PDU",
        "level": Level.PARTNER,
        "parent": None,
        "by": system_actor(),
        "at": NOW,
    }
    return create_organisation(**{**plain, **given})


def seed(slug: str, parent: str | None = None, **given: object) -> OrganisationSeed:
    plain: dict[str, Any] = {
        "name": f"Body {slug}",
        "level": "partner",
        "aliases": (),
        "made_up": False,
        "note": "",
    }
    return OrganisationSeed(slug=slug, parent=parent, **{**plain, **given})


def refusal(**given: object) -> dict[str, list[str]]:
    """The problems for which an organisation with the values `given` is refused; nothing is written."""
    stood = set(Organisation.objects.values_list("pk", flat=True))
    with pytest.raises(Invalid) as refused:
        create(**given)
    assert set(Organisation.objects.values_list("pk", flat=True)) == stood
    return refused.value.problems


# The tree


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with the same database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


Forest = list[int | None]


@st.composite
def forests(draw: st.DrawFn) -> Forest:
    """For each body the number of its parent, or None for a root; parents come first."""
    size = draw(st.integers(1, 8))
    return [draw(st.sampled_from([None, *range(number)])) for number in range(size)]


def closure(forest: Forest) -> set[tuple[str, str, int]]:
    """Every ancestor of every body, itself included, and how far it is: computed by walking up."""
    found = set()
    for number in range(len(forest)):
        above: int | None = number
        depth = 0
        while above is not None:
            found.add((f"b{above}", f"b{number}", depth))
            above, depth = forest[above], depth + 1
    return found


def stored() -> list[tuple[str, str, int]]:
    return list(OrganisationPath.objects.values_list("ancestor__slug", "descendant__slug", "depth"))


def seeds_of(forest: Forest) -> list[OrganisationSeed]:
    return [seed(f"b{n}", f"b{parent}" if parent is not None else None) for n, parent in enumerate(forest)]


@settings(max_examples=40)
@given(forest=forests())
def test_paths_are_the_transitive_closure_of_organisations_made_one_by_one(forest: Forest) -> None:
    with undone():
        made: list[Organisation] = []
        for number, parent in enumerate(forest):
            above = made[parent] if parent is not None else None
            made.append(create(name=f"Body {number}", slug=f"b{number}", parent=above))
        assert sorted(stored()) == sorted(closure(forest))


@settings(max_examples=40)
@given(forest=forests(), data=st.data())
def test_paths_are_the_transitive_closure_of_organisations_loaded_in_any_order(
    forest: Forest, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(seeds_of(forest)))
    with undone():
        load_organisations(seeds=order, by=system_actor(), at=NOW)
        assert sorted(stored()) == sorted(closure(forest))


@settings(max_examples=25)
@given(forest=forests(), data=st.data())
def test_below_is_the_organisation_and_all_under_it_once_each(forest: Forest, data: st.DataObject) -> None:
    top = f"b{data.draw(st.integers(0, len(forest) - 1))}"
    with undone():
        load_organisations(seeds=seeds_of(forest), by=system_actor(), at=NOW)
        below = Organisation.objects.below(top).values_list("slug", flat=True)
        assert sorted(below) == sorted(low for high, low, _ in closure(forest) if high == top)


def test_below_an_unknown_slug_there_is_nothing(by: User) -> None:
    create()
    assert not Organisation.objects.below("nowhere").exists()


# Names


@pytest.mark.parametrize("new", ["name", "alias"])
@pytest.mark.parametrize("words", ["hmpps", "HM PRISON and probation service"], ids=["alias", "name"])
def test_a_name_or_alias_in_use_is_refused_whatever_the_case(words: str, new: str) -> None:
    create(name="HM Prison and Probation Service", aliases=["HMPPS"])
    given = {"name": words} if new == "name" else {"aliases": [words]}
    assert "HM Prison and Probation Service" in str(refusal(**given))


@pytest.mark.parametrize(("name", "shouted"), [("Clwb Café", "CLWB CAFÉ"), ("Straße", "STRASSE")])
def test_a_name_in_use_is_refused_whatever_the_case_of_letters_beyond_ascii(name: str, shouted: str) -> None:
    create(name=name)
    assert set(refusal(name=shouted)) == {"name"}


@pytest.mark.parametrize(
    "twin",
    [DECOMPOSED, f" {COMPOSED} ", COMPOSED.replace(" ", "  "), COMPOSED.replace(" ", "\u00a0")],
    ids=["NFD", "spaces around", "two spaces", "no-break space"],
)
def test_a_name_in_use_is_refused_however_it_is_written(twin: str) -> None:
    create(name=COMPOSED)
    assert set(refusal(name=twin)) == {"name"}


@pytest.mark.parametrize(
    "aliases", [["Kernow", "KERNOW", " Kernow "], ["CORNWALL pdu", "Kernow"]], ids=["alias", "own name"]
)
def test_an_alias_that_says_the_same_again_is_kept_once(aliases: list[str]) -> None:
    made = create(name="Cornwall PDU", aliases=aliases)
    assert [alias.name for alias in made.aliases.all()] == ["Kernow"]


def test_an_organisation_is_found_by_name_and_by_alias() -> None:
    made = create(name="Cornwall PDU", aliases=["Kernow PDU"])
    assert [*Organisation.objects.named("cornwall pdu"), *Organisation.objects.named("KERNOW PDU")] == [
        made,
        made,
    ]


def test_aliases_may_come_from_an_iterator() -> None:
    made = create(aliases=(alias for alias in ["Kernow"]))
    assert [alias.name for alias in made.aliases.all()] == ["Kernow"]


def test_the_slug_is_made_of_the_name() -> None:
    assert create(name="Bristol & South Gloucestershire PDU").slug == "bristol-south-gloucestershire-pdu"


def test_names_with_the_same_slug_get_a_number() -> None:
    assert [create(name=name).slug for name in ("A B", "A-B", "A  B!")] == ["a-b", "a-b-2", "a-b-3"]


def test_a_name_without_a_latin_letter_has_a_slug() -> None:
    assert create(name="北京").slug == "organisation"


@pytest.mark.parametrize("slug", ["taken", "not a slug", "Cornwall", "s" * 81, "a\0b"])
def test_a_slug_that_is_taken_or_is_none_is_refused(slug: str) -> None:
    create(name="Taken", slug="taken")
    assert set(refusal(slug=slug)) == {"slug"}


# Text


@pytest.mark.parametrize("name", UNFIT_NAMES.values(), ids=UNFIT_NAMES)
def test_a_name_that_cannot_be_kept_is_refused(name: str) -> None:
    assert set(refusal(name=name)) == {"name"}


@pytest.mark.parametrize("alias", UNFIT_NAMES.values(), ids=UNFIT_NAMES)
def test_an_alias_that_cannot_be_kept_is_refused(alias: str) -> None:
    assert set(refusal(aliases=[alias])) == {"aliases"}


def test_a_name_is_stored_composed() -> None:
    assert Organisation.objects.get(pk=create(name=DECOMPOSED).pk).name == COMPOSED


def test_an_alias_is_stored_composed() -> None:
    create(aliases=[DECOMPOSED])
    assert OrganisationAlias.objects.get().name == COMPOSED


# Problems


def test_all_problems_are_told_at_once() -> None:
    create(name="Cornwall PDU")
    assert set(refusal(name="Cornwall PDU", level="pdu")) == {"name", "parent"}
    everything = {"name", "aliases", "parent", "slug"}
    assert set(refusal(name="", aliases=["CORNWALL PDU"], level="pdu", slug="cornwall-pdu")) == everything
    assert set(refusal(name=" ", level="village")) == {"name", "level"}


def test_every_problem_of_one_field_is_told() -> None:
    assert len(refusal(name="\x07" + "a" * 200)["name"]) == 2
    assert len(refusal(aliases=["\x07" + "a" * 200, "", "Kernow"])["aliases"]) == 3


@pytest.mark.parametrize("level", [Level.REGION, Level.PDU])
def test_a_region_and_a_pdu_stand_under_another(level: str) -> None:
    assert set(refusal(level=level)) == {"parent"}


def test_a_national_service_stands_under_none() -> None:
    assert set(refusal(level=Level.NATIONAL_SERVICE, parent=rows.organisation())) == {"parent"}


def test_a_national_service_is_a_root() -> None:
    assert create(level=Level.NATIONAL_SERVICE).parent is None


# Who adds organisations

ADDING = [roles.ADMINISTRATOR, roles.INSPECTOR]
OTHERS: dict[str, Callable[[], User]] = {
    **{role: lambda role=role: person(role) for role in roles.CAPABILITIES if role not in ADDING},
    "nobody": rows.user,
    "superuser": lambda: rows.user(is_superuser=True, is_staff=True),
    "former administrator": lambda: person(roles.ADMINISTRATOR, ended_at=NOW),
    "disabled administrator": lambda: person(roles.ADMINISTRATOR, user=rows.user(is_active=False)),
}


def person(role: str, **given: object) -> User:
    return rows.membership(role=role, **given).user


@pytest.mark.parametrize("role", ADDING)
def test_administrators_and_those_who_import_reports_add_organisations(role: str) -> None:
    made = create(name="Cornwall PDU", by=person(role))
    assert Organisation.objects.named("Cornwall PDU").get() == made


@pytest.mark.parametrize("kind", OTHERS)
def test_nobody_else_adds_organisations(kind: str) -> None:
    by = OTHERS[kind]()
    before = Organisation.objects.count()
    with pytest.raises(NotPermitted, match="Only an administrator"):
        create(by=by)
    with pytest.raises(NotPermitted, match="Only an administrator"):
        load_organisations(seeds=[seed("cornwall")], by=by, at=NOW)
    assert Organisation.objects.count() == before


def test_who_may_not_add_is_not_told_which_names_are_in_use() -> None:
    create(name="Cornwall PDU")
    with pytest.raises(NotPermitted):
        create(name="Cornwall PDU", by=rows.user())


# Loading


def test_what_stands_is_never_overwritten_by_loading(by: User) -> None:
    stands = create(name="Renamed by an administrator", slug="south-west")
    assert load_organisations(seeds=[seed("south-west", name="South West")], by=by, at=NOW) == []
    assert Organisation.objects.get(pk=stands.pk).name == "Renamed by an administrator"


def test_loading_attaches_the_new_under_what_stands(by: User) -> None:
    stands = create(name="South West", slug="south-west")
    (made,) = load_organisations(seeds=[seed("cornwall", "south-west")], by=by, at=NOW)
    assert made.parent == stands
    assert set(Organisation.objects.below("south-west")) == {stands, made}


def test_loading_keeps_what_the_seed_says(by: User) -> None:
    panel = seed("panel", level="assurance", aliases=("The Panel",), made_up=True)
    (made,) = load_organisations(seeds=[panel], by=by, at=NOW)
    assert (made.slug, made.name, made.level, made.made_up) == ("panel", "Body panel", "assurance", True)
    assert [alias.name for alias in made.aliases.all()] == ["The Panel"]


@pytest.mark.parametrize(
    "lines",
    [
        {"cornwall": "nowhere"},
        {"cornwall": "cornwall"},
        {"cornwall": "devon", "devon": "cornwall"},
        {"cornwall": "devon", "devon": "nowhere"},
    ],
    ids=["unknown", "itself", "a circle", "below what is unknown"],
)
def test_seeds_whose_line_does_not_begin_are_refused_by_name(lines: dict[str, str], by: User) -> None:
    with pytest.raises(Refused) as refused:
        load_organisations(seeds=[seed(*line) for line in lines.items()], by=by, at=NOW)
    assert len(refused.value.problems) == len(lines)
    for (slug, parent), sentence in zip(lines.items(), refused.value.problems, strict=True):
        assert sentence.startswith(f"Organisation {slug} stands under {parent}, ")


def test_of_seeds_that_are_refused_none_is_kept(by: User) -> None:
    with pytest.raises(Refused):
        load_organisations(seeds=[seed("devon"), seed("cornwall", "nowhere")], by=by, at=NOW)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("name", ["Μαΐ", "ﬄ" * 200, "Straße"])
def test_letters_that_fold_to_several_make_the_same_name(name: str, by: User) -> None:
    create_organisation(name=name, level=Level.PARTNER, parent=None, by=by, at=NOW)
    assert Organisation.objects.named(name.upper()).exists()
