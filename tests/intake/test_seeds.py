"""Every fact of the report in the seed files is printed in the report."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from recommendations.framework import Method, StandardDefinition
from recommendations.intake.curated import (
    CuratedInspection,
    MeasureSeed,
    OrganisationSeed,
    read_curated,
    read_organisations,
)
from recommendations.intake.method_file import read_method
from recommendations.intake.passages import Passages, numbers_in

SEEDS = Path(__file__).parents[2] / "seeds"
REPORT = (SEEDS / "reports" / "BSG-2023.txt").read_text(encoding="utf-8")
REPORT_PASSAGES = Passages(REPORT)


def curated() -> CuratedInspection:
    text = (SEEDS / "inspections" / "BSG-2023.toml").read_text(encoding="utf-8")
    inspection, problems = read_curated(text)
    assert problems == ()
    assert inspection is not None
    return inspection


def method() -> Method:
    text = (SEEDS / "frameworks" / "hmip-pdu-1.toml").read_text(encoding="utf-8")
    found, problems = read_method(text)
    assert problems == ()
    assert found is not None
    return found


def organisations() -> dict[str, OrganisationSeed]:
    text = (SEEDS / "organisations.toml").read_text(encoding="utf-8")
    found, problems = read_organisations(text)
    assert problems == ()
    return {organisation.slug: organisation for organisation in found}


def section_at(line: int) -> str:
    """Return the number of the section that holds a line of the report, "" before the first."""
    number = ""
    for heading in REPORT.splitlines()[:line]:
        # The copy gives some "Strengths" the level of a section, so only a number begins one.
        if found := re.match(r"#+ \**(?:(\d(?:\.\d)?)\. |Annexe)", heading):
            number = found[1] or ""
    return number


MEASURES = [m for recommendation in curated().recommendations for m in recommendation.measures]
every_measure = pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.slug)


@every_measure
def test_a_measure_quotes_the_section_that_it_names(measure: MeasureSeed) -> None:
    line = REPORT_PASSAGES.find(measure.passage)

    assert line is not None
    assert section_at(line) == measure.section


@every_measure
def test_a_passage_states_every_figure_of_its_measure(measure: MeasureSeed) -> None:
    figures = {figure for figure in (measure.value, measure.n, measure.out_of) if figure is not None}

    assert figures
    assert figures <= numbers_in(measure.passage)


@every_measure
def test_a_passage_holds_the_qualifier_of_its_measure(measure: MeasureSeed) -> None:
    assert measure.qualifier in measure.passage


@every_measure
def test_a_key_question_measure_quotes_that_question(measure: MeasureSeed) -> None:
    standard = method().standard(measure.section)
    questions = {q.number: q.text for q in standard.key_questions} if standard else {}

    if measure.key_question:
        assert measure.passage.startswith(questions[measure.key_question])


def test_every_recommendation_of_the_report_is_curated() -> None:
    start, end = (
        REPORT_PASSAGES.find("## Recommendations As a result"),
        REPORT_PASSAGES.find("## Background We conducted"),
    )
    assert start is not None
    assert end is not None
    printed = [line for line in REPORT.splitlines()[start : end - 1] if re.match(r"- |\d+\. ", line)]

    numbers = [recommendation.number for recommendation in curated().recommendations]

    assert numbers == list(range(1, len(printed) + 1))


def test_every_standard_and_key_question_that_is_named_exists() -> None:
    standards = {standard.number: standard for standard in method().standards}
    for recommendation in curated().recommendations:
        assert recommendation.standards
        assert set(recommendation.standards) <= set(standards)
        known = {q.number for n in recommendation.standards for q in standards[n].key_questions}
        measured = {m.key_question for m in recommendation.measures if m.key_question}
        assert measured <= set(recommendation.key_questions) <= known


def test_every_standard_named_in_comments_is_shown_by_the_report() -> None:
    text = (SEEDS / "inspections" / "BSG-2023.toml").read_text(encoding="utf-8")
    reasons = re.findall(r'^    "(\d\.\d)", # "(.+?)"', text, re.MULTILINE)

    assert reasons
    for standard, quoted in reasons:
        for part in filter(None, (part.strip() for part in quoted.split("…"))):
            line = REPORT_PASSAGES.find(part)
            assert line is not None, part
            assert section_at(line) == standard, part


def test_a_recommendation_without_a_figure_says_so() -> None:
    without_figure = [r for r in curated().recommendations if not r.measures]

    assert [r.number for r in without_figure] == [8]
    assert all("no figure" in r.measurement_note for r in without_figure)


def test_the_inspection_names_the_framework_that_stands_beside_it() -> None:
    found = method()

    assert curated().framework == f"{found.slug}-{found.version}"
    assert (SEEDS / "frameworks" / f"{curated().framework}.toml").exists()


@pytest.mark.parametrize("standard", method().standards, ids=lambda standard: standard.number)
def test_a_standard_and_its_questions_are_worded_as_printed(standard: StandardDefinition) -> None:
    assert REPORT_PASSAGES.find(f"{standard.number}. {standard.name}") is not None
    for question in standard.key_questions:
        row = REPORT_PASSAGES.find(question.text)
        assert row is not None
        assert section_at(row) == standard.number


def test_key_questions_stand_in_printed_order() -> None:
    rows = [REPORT_PASSAGES.find(q.text) or 0 for s in method().standards for q in s.key_questions]

    assert all(above < below for above, below in pairwise(rows))


def test_domains_are_named_as_printed() -> None:
    for number, name in method().domains:
        assert REPORT_PASSAGES.find(f"{number}. {name}") is not None


def test_only_the_boundary_that_the_report_prints_is_confirmed() -> None:
    ratings = method().ratings
    confirmed = [r.percentage_from for r in ratings if r.percentage_confirmed]

    assert confirmed == [50]
    assert REPORT_PASSAGES.find(f"rating boundary of {confirmed[0]} per cent") is not None
    assert not any(rating.total_confirmed for rating in ratings)


def test_a_review_verifies_by_reasonable_or_good_progress_only() -> None:
    verified = {judgement.name for judgement in method().judgements if judgement.verified}

    assert verified == {"Reasonable progress", "Good progress"}


@pytest.mark.parametrize(
    "words",
    [
        "Bristol and South Gloucestershire PDU",
        "South West region",
        "HM Prison and Probation Service",
        "The Probation Service – South West region",
        "HM Inspectorate of Probation",
    ],
)
def test_a_body_is_known_by_the_name_that_the_report_uses(words: str) -> None:
    assert REPORT_PASSAGES.find(words) is not None
    assert [o for o in organisations().values() if words in (o.name, *o.aliases)]


def test_only_the_made_up_body_is_absent_from_the_report() -> None:
    for organisation in organisations().values():
        printed = REPORT_PASSAGES.find(organisation.name) is not None
        assert printed != organisation.made_up
        assert ("(made up)" in organisation.name) == organisation.made_up


def test_an_assurance_body_stands_outside_the_line() -> None:
    assurers = [o for o in organisations().values() if o.level == "assurance"]

    assert assurers
    assert all(assurer.parent is None for assurer in assurers)
