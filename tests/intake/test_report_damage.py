"""Damaged copies of one report give the same record, or are refused."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recommendations.intake.report import read_report
from tests.intake.damage import DAMAGES, HEAVY_DAMAGES, Damage, applied
from tests.intake.family import method, published_report
from tests.sizes import sized


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_copy_reads_to_the_same_record(damage: Damage) -> None:
    whole = read_report(published_report(), method()).report
    damaged = damage(published_report())
    assert damaged != published_report()
    read = read_report(damaged, method())
    assert [str(problem) for problem in read.problems] == []
    assert read.report == whole


@pytest.mark.parametrize("damage", HEAVY_DAMAGES, ids=lambda damage: damage.__name__)
def test_what_cannot_be_told_apart_is_refused_and_not_guessed(damage: Damage) -> None:
    read = read_report(damage(published_report()), method())
    assert read.report is None
    assert all(problem.line for problem in read.problems)


@settings(max_examples=sized(20, release=200), deadline=None)
@given(st.lists(st.sampled_from(DAMAGES), min_size=2, max_size=4, unique=True))
def test_damages_together_never_make_another_record(damages: list[Damage]) -> None:
    damaged = applied(damages, published_report())
    assume(damaged is not None)
    assert damaged is not None
    read = read_report(damaged, method())
    assert read.report in (None, read_report(published_report(), method()).report)


def test_a_doubtful_hyphen_is_kept_with_a_warning() -> None:
    read = read_report(published_report().replace("timescales", "time-\nscales"), method())
    assert read.report is not None
    assert read.report.recommendations[7].text.startswith("improve the vetting time-scales")
    assert any("hyphen" in warning.message for warning in read.warnings)


def test_a_wrapped_line_that_begins_with_a_number_is_no_item() -> None:
    text = published_report().replace(
        "recruitment of staff\n", "recruitment of staff to no more than\n9 weeks on average\n"
    )
    read = read_report(text, method())
    assert read.report is not None
    assert len(read.report.recommendations) == 9
    assert read.report.recommendations[7].text.endswith("to no more than 9 weeks on average")


def test_a_first_word_that_looks_cut_off_is_warned_of() -> None:
    read = read_report(published_report().replace("1. improve", "1. mprove"), method())
    assert any("'mprove'" in warning.message for warning in read.warnings)


def test_a_figure_stuck_to_a_word_is_warned_of() -> None:
    text = published_report().replace("recruitment of staff\n", "recruitment of staff3\n")
    assert any("staff3" in w.message for w in read_report(text, method()).warnings)


def test_a_lost_heading_inside_a_list_is_warned_of() -> None:
    text = published_report().replace("#### South West region should:\n", "")
    read = read_report(text, method())
    assert any("heading" in warning.message for warning in read.warnings)


def test_an_isbn_without_hyphens_is_kept_with_a_warning() -> None:
    text = published_report().replace("978-1-915468-81-9", "9781915468819")
    read = read_report(text, method())
    assert read.report is not None
    assert read.report.isbn == "9781915468819"
    assert any("ISBN" in warning.message for warning in read.warnings)
