from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.framework import Method
from recommendations.intake.curated import (
    CuratedInspection,
    MeasureSeed,
    OrganisationSeed,
    read_curated,
    read_organisations,
)
from recommendations.intake.method_file import read_method
from recommendations.intake.problems import Problem

ORGANISATIONS = """
[[organisations]]
slug = "service"
name = "The Service"
level = "national_service"
aliases = ["TS"]

[[organisations]]
slug = "north"
name = "North region"
level = "region"
parent = "service"
"""

METHOD = """
slug = "method"
version = 1
name = "A method"
discretion_points = 5

[[domains]]
number = 1
name = "Work"

[[ratings]]
code = "poor"
name = "Poor"
score = 0
percentage_from = 0
percentage_confirmed = true
total_from = 0
total_confirmed = false

[[ratings]]
code = "fine"
name = "Fine"
score = 1
percentage_from = 50
percentage_confirmed = true
total_from = 1
total_confirmed = false

[[judgements]]
code = "none"
name = "No progress"
order = 1
verified = false
definition = "Nothing was done."

[[judgements]]
code = "some"
name = "Some progress"
order = 2
verified = true
definition = "Something was done."

[[standards]]
number = "1.1"
name = "First"
domain = 1
rated = true

[[standards.key_questions]]
number = "1.1.1"
text = "Is it so?"
"""

CURATED = """
reference = "NN-2024"
framework = "method-1"

[[recommendations]]
number = 1
standards = ["1.1"]
key_questions = ["1.1.1"]

[[recommendations.measures]]
slug = "visits"
question = "Visits made"
unit = "percent"
better = "higher"
value = 36.5
n = 9
out_of = 23
qualifier = "over"
section = "1.1"
key_question = "1.1.1"
passage = "Visits: over 36.5 per cent, nine out of 23."

[[recommendations]]
number = 2
standards = ["1.1"]
measurement_note = "Nothing to measure."
"""


def complaints(found: tuple[object, tuple[Problem, ...]]) -> list[str]:
    content, problems = found
    assert not content
    return [str(problem) for problem in problems]


def test_organisations_are_read() -> None:
    assert read_organisations(ORGANISATIONS) == (
        (
            OrganisationSeed(
                slug="service", name="The Service", level="national_service", parent=None, aliases=("TS",)
            ),
            OrganisationSeed(slug="north", name="North region", level="region", parent="service"),
        ),
        (),
    )


def test_a_method_is_read() -> None:
    method, problems = read_method(METHOD)

    assert problems == ()
    assert isinstance(method, Method)
    assert (method.slug, method.version, method.discretion_points) == ("method", 1, 5)
    assert method.domains == ((1, "Work"),)
    assert [rating.percentage_from for rating in method.ratings] == [0, 50]
    assert [judgement.verified for judgement in method.judgements] == [False, True]
    assert method.standards[0].key_questions[0].text == "Is it so?"


def test_curated_data_is_read() -> None:
    inspection, problems = read_curated(CURATED)

    assert problems == ()
    assert isinstance(inspection, CuratedInspection)
    assert (inspection.reference, inspection.framework) == ("NN-2024", "method-1")
    first, second = inspection.recommendations
    assert first.measures == (
        MeasureSeed(
            slug="visits",
            question="Visits made",
            unit="percent",
            better="higher",
            value=Decimal("36.5"),
            qualifier="over",
            n=9,
            out_of=23,
            passage="Visits: over 36.5 per cent, nine out of 23.",
            section="1.1",
            key_question="1.1.1",
            note="",
        ),
    )
    assert (second.number, second.measures) == (2, ())
    assert second.measurement_note == "Nothing to measure."


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'level = "region"',
            'level = "county"',
            "organisations[2].level: found “county”, expected one of national_service, region,"
            " pdu, partner, assurance, inspectorate",
        ),
        (
            'parent = "service"',
            'parent = "nobody"',
            "organisations[2].parent: found “nobody”, expected the slug of an organisation listed",
        ),
        (
            'parent = "service"',
            'parent = "north"',
            "organisations[2].parent: found “north”, expected no circle of parents (north → north)",
        ),
        (
            'parent = "service"',
            "",
            "organisations[2].parent: found nothing, expected the parent of a region",
        ),
        (
            'level = "national_service"',
            'level = "national_service"\nparent = "north"',
            "organisations[1].parent: found “north”, expected none for a national_service",
        ),
        (
            'slug = "north"',
            'slug = "service"',
            "organisations[2].slug: found “service”, expected it once: the file has it already",
        ),
        (
            'name = "North region"',
            'name = "the  service"',
            "organisations[2].name: found “the service”, expected it once: the file has it already",
        ),
        (
            '["TS"]',
            '["north REGION"]',
            "organisations[2].name: found “North region”, expected it once: the file has it already",
        ),
        ('["TS"]', '["TS", 7]', "organisations[1].aliases[2]: found 7, expected text in quotation"),
        ('["TS"]', '"TS"', "organisations[1].aliases: found “TS”, expected a list"),
        ('["TS"]', '["TS", "TS"]', "organisations[1].aliases[2]: found “TS”, expected it once"),
        (
            'name = "North region"',
            "",
            "organisations[2].name: found nothing, expected a value: add this key",
        ),
        ('name = "North region"', 'name = " "', "organisations[2].name: found “”, expected text"),
        ('"North region"', '"A\\u0000B"', "organisations[2].name: found “A�B”, expected text with"),
        (
            'slug = "north"',
            'slug = "Up North"',
            "organisations[2].slug: found “Up North”, expected",
        ),
        (
            'slug = "north"',
            'slug = "north"\ncolour = "red"',
            "organisations[2].colour: found an unknown key: remove it or correct its name",
        ),
        (
            'slug = "north"',
            'slug = "north"\nmade_up = "yes"',
            "organisations[2].made_up: found “yes”, expected true or false",
        ),
    ],
)
def test_a_fault_in_organisations_is_named(old: str, new: str, complaint: str) -> None:
    found = complaints(read_organisations(ORGANISATIONS.replace(old, new)))

    assert any(said.startswith(complaint) for said in found), found


def test_a_circle_of_organisations_is_shown_whole() -> None:
    ring = """
    [[organisations]]
    slug = "a"
    name = "A"
    level = "region"
    parent = "b"
    [[organisations]]
    slug = "b"
    name = "B"
    level = "region"
    parent = "a"
    """

    assert complaints(read_organisations(ring)) == [
        "organisations[1].parent: found “b”, expected no circle of parents (a → b → a)",
        "organisations[2].parent: found “a”, expected no circle of parents (b → a → b)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "percentage_from = 50",
            "percentage_from = 0",
            "ratings: found a list of 2, expected `percentage_from` to rise from 0 (it is 0, 0)",
        ),
        (
            "total_from = 1",
            "total_from = 0",
            "ratings: found a list of 2, expected `total_from` to rise from 0 (it is 0, 0)",
        ),
        (
            "score = 1",
            "score = 0",
            "ratings: found a list of 2, expected `score` to rise from 0 (it is 0, 0)",
        ),
        (
            "percentage_from = 0",
            "percentage_from = 10",
            "ratings: found a list of 2, expected `percentage_from` to rise from 0 (it is 10, 50)",
        ),
        (
            "percentage_from = 50",
            "percentage_from = 101",
            "ratings[2].percentage_from: found 101, expected 100 or less",
        ),
        (
            "total_from = 1",
            "total_from = 2",
            "ratings: found a list of 2, expected `total_from` of 1 or less in the last",
        ),
        (
            "percentage_from = 50\npercentage_confirmed = true",
            "percentage_from = 50",
            "ratings[2].percentage_confirmed: found nothing, expected a value",
        ),
        ('name = "Fine"', 'name = "poor"', "ratings[2].name: found “poor”, expected it once"),
        ('code = "some"', 'code = "none"', "judgements[2].code: found “none”, expected it once"),
        ("order = 2", "order = 1", "judgements[2].order: found 1, expected it once"),
        (
            "domain = 1",
            "domain = 2",
            "standards[1].domain: found 2, expected the number of a domain",
        ),
        (
            'number = "1.1"',
            'number = "2.1"',
            "standards[1].domain: found 1, expected 2, with which the number 2.1 begins",
        ),
        (
            '"1.1.1"',
            '"1.2.1"',
            "standards[1].key_questions: found a list of 1, expected numbers of standard 1.1, not 1.2.1",
        ),
        ('"1.1.1"', '"1.1"', "standards[1].key_questions[1].number: found “1.1”, expected a key"),
        ("version = 1", "version = true", "version: found true, expected a whole number"),
        ("version = 1", "version = 1.0", "version: found 1.0, expected a whole number"),
        ("discretion_points = 5", "", "discretion_points: found nothing, expected a value"),
        (
            "rated = true",
            'rated = "yes"',
            "standards[1].rated: found “yes”, expected true or false",
        ),
        ("rated = true", "rated = true\nold = 1", "standards[1].old: found an unknown key"),
        ('slug = "method"', "", "slug: found nothing, expected a value"),
    ],
)
def test_a_fault_in_a_framework_is_named(old: str, new: str, complaint: str) -> None:
    found = complaints(read_method(METHOD.replace(old, new)))

    assert any(said.startswith(complaint) for said in found), found


def test_a_standard_that_comes_twice_is_named() -> None:
    twice = METHOD + METHOD[METHOD.index("[[standards]]") :]

    assert complaints(read_method(twice)) == [
        "standards[2].number: found “1.1”, expected it once: the file has it already",
        "standards[2].key_questions[1].number: found “1.1.1”, expected it once: the file has it already",
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "n = 9",
            "n = 24",
            "recommendations[1].measures[1].n: found 24, expected at most 23, its `out_of`",
        ),
        (
            "out_of = 23\n",
            "",
            "recommendations[1].measures[1].n: found 9, expected `n` and `out_of` together",
        ),
        (
            "n = 9\n",
            "",
            "recommendations[1].measures[1].n: found nothing, expected `n` and `out_of` together",
        ),
        (
            "value = 36.5\nn = 9\nout_of = 23\n",
            "",
            "recommendations[1].measures[1].value: found nothing, expected a `value`, or `n` and",
        ),
        (
            "value = 36.5",
            "value = 101",
            "recommendations[1].measures[1].value: found 101, expected",
        ),
        ("value = 36.5", "value = -1", "recommendations[1].measures[1].value: found -1, expected"),
        (
            "value = 36.5",
            "value = nan",
            "recommendations[1].measures[1].value: found NaN, expected",
        ),
        (
            "value = 36.5",
            "value = true",
            "recommendations[1].measures[1].value: found true, expect",
        ),
        (
            "value = 36.5",
            "value = 3.125",
            "recommendations[1].measures[1].value: found 3.125, expec",
        ),
        (
            "value = 36.5",
            'value = "36"',
            "recommendations[1].measures[1].value: found “36”, expected a number from 0 to",
        ),
        (
            "n = 9",
            "n = 9.5",
            "recommendations[1].measures[1].n: found 9.5, expected a whole number",
        ),
        (
            'unit = "percent"',
            'unit = "percents"',
            "recommendations[1].measures[1].unit: found “percents”, expected one of percent, cases,"
            " people, hours, caseload, yes_no",
        ),
        (
            'better = "higher"',
            'better = "up"',
            "recommendations[1].measures[1].better: found “up”, expected one of higher, lower, “”",
        ),
        (
            'better = "higher"\n',
            "",
            "recommendations[1].measures[1].better: found nothing, expected a value",
        ),
        (
            'section = "1.1"',
            'section = "Staff"',
            "recommendations[1].measures[1].section: found “Staff”, expected a section number",
        ),
        (
            'slug = "visits"',
            'slug = "visits"\nbaseline = 1',
            "recommendations[1].measures[1].baseline: found an unknown key: remove it",
        ),
        (
            "number = 2",
            "number = 1",
            "recommendations[2].number: found 1, expected it once: the file has it already",
        ),
        ("number = 2\n", "", "recommendations[2].number: found nothing, expected a value"),
        (
            'measurement_note = "Nothing to measure."',
            "",
            "recommendations[2].measures: found an empty list, expected one, or a `measurement_note`",
        ),
        (
            'key_questions = ["1.1.1"]',
            'key_questions = ["1.2.1"]',
            "recommendations[1].key_questions: found a list of 1, expected 1.2 in `standards` as well",
        ),
        (
            'standards = ["1.1"]',
            "standards = [1.1]",
            "recommendations[1].standards[1]: found 1.1, expected text in quotation marks",
        ),
        (
            '"NN-2024"',
            '"nn 2024"',
            "reference: found “nn 2024”, expected a reference like BSG-2023",
        ),
        ('framework = "method-1"\n', "", "framework: found nothing, expected a value"),
        ('framework = "method-1"', "framework = 1", "framework: found 1, expected text in quotation marks"),
        (
            'framework = "method-1"',
            'framework = "method-1"\nowner = 1',
            "owner: found an unknown key",
        ),
    ],
)
def test_a_fault_in_curated_data_is_named(old: str, new: str, complaint: str) -> None:
    found = complaints(read_curated(CURATED.replace(old, new)))

    assert any(said.startswith(complaint) for said in found), found


def test_a_slug_that_comes_twice_in_an_inspection_is_named() -> None:
    measure = CURATED[CURATED.index("[[recommendations.measures]]") : CURATED.rindex("[[")]

    assert complaints(read_curated(CURATED + measure)) == [
        "recommendations[2].measures[1].slug: found “visits”, expected it once: the file has it already"
    ]


def test_a_standard_that_comes_twice_in_a_list_is_named() -> None:
    assert complaints(
        read_curated(CURATED.replace('standards = ["1.1"]', 'standards = ["1.1", "1.1"]', 1))
    ) == ["recommendations[1].standards: found a list of 2, expected 1.1 once"]


def test_every_fault_is_named_at_once() -> None:
    faulty = CURATED.replace("n = 9", "n = 99").replace('"percent"', '"p"').replace('"NN-', '"nn-')

    assert {said.partition(":")[0] for said in complaints(read_curated(faulty))} == {
        "recommendations[1].measures[1].n",
        "recommendations[1].measures[1].unit",
        "reference",
    }


def test_faults_of_several_tables_are_named_beside_those_of_one() -> None:
    faulty = (
        METHOD.replace("score = 0", "score = -1").replace("order = 2", "order = 1").replace('"1.1"', '"2.1"')
    )

    assert {said.partition(":")[0] for said in complaints(read_method(faulty))} == {
        "ratings[1].score",
        "judgements[2].order",
        "standards[1].domain",
        "standards[1].key_questions",
    }


@pytest.mark.parametrize("read", [read_organisations, read_method, read_curated])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "organisations = 1\nratings = 2\nrecommendations = 3",
        "organisations = []\nratings = []\nrecommendations = []",
        "[organisations]\n[ratings]\n[recommendations]",
        "a = " + "[" * 100_000,
        "a = " + "9" * 5_000,
        "organisations = 0x{0}\nversion = 0x{0}\nrecommendations = 0x{0}".format("f" * 5_000),
        "a = 1e99999999999999999999",
        "a = 2026-06-30",
        "a = \x00",
    ],
)
def test_other_files_are_refused(read: object, text: str) -> None:
    assert callable(read)
    assert complaints(read(text))


def test_a_fault_of_syntax_names_its_line() -> None:
    _, problems = read_organisations('a = 1\nb = "\n')

    assert [problem.line for problem in problems] == [2]


scalars = st.one_of(
    st.sampled_from(['"x"', '""', "1", "-1", "1.5", "nan", "inf", "true", "[]", "{}", "[1]"]),
    st.sampled_from(["1979-05-27", '["1.1"]', "[[1]]", "[{}]", "99999999999999999999", "1e-400"]),
)


@given(data=st.data(), value=scalars)
def test_any_value_under_any_key_is_read_or_named(data: st.DataObject, value: str) -> None:
    read, text = data.draw(
        st.sampled_from([(read_organisations, ORGANISATIONS), (read_method, METHOD), (read_curated, CURATED)])
    )
    lines = text.splitlines()
    place = data.draw(st.sampled_from([n for n, line in enumerate(lines) if " = " in line]))
    lines[place] = f"{lines[place].partition(' = ')[0]} = {value}"

    content, problems = read("\n".join(lines))

    assert bool(content) != bool(problems)
