"""Has practice moved? The figures are those of the real report; the readings are made up."""

from decimal import Decimal
from typing import Any

import pytest

from recommendations.models import Inspection, Measure, Recommendation
from recommendations.operations.readings import add_reading
from recommendations.queries.statuses import with_facts
from recommendations.read_models.outcome import (
    NO_FIGURE,
    Outcome,
    measures_with_readings,
    measures_without_change,
    outcome_in_words,
    outcomes,
)
from tests.factories import NOW, TODAY, People
from tests.pages.standing_story import DAY

ASSESSMENT, COURT = "assessment-keeping-people-safe", "domestic-abuse-information-absent-at-court"
VISITS, CHILDREN = "home-visits-missing", "childrens-services-not-asked"


def read(bsg: Inspection, user: Any, slug: str, *, as_of: Any = None, reads: bool = True) -> Outcome:
    bands = [rating.as_part() for rating in bsg.framework.ratings.all()]
    found = measures_with_readings(user, today=TODAY, as_of=as_of).filter(
        recommendation__inspection=bsg, slug=slug
    )
    (one,) = outcomes(found, cases=bsg.sample_size, reads=reads, bands=bands)
    return one


def take(bsg: Inspection, by: Any, slug: str, *, at: Any = NOW, **figure: Any) -> None:
    measure = Measure.objects.get(recommendation__inspection=bsg, slug=slug)
    if "value" in figure:
        figure["value"] = Decimal(figure["value"])
    add_reading(measure=measure, taken_on=TODAY, source="Case audit", by=by, at=at, **figure)


@pytest.mark.parametrize(
    ("slug", "interval"),
    [
        (ASSESSMENT, "26 to 48 per cent"),
        ("planning-keeping-people-safe", "36 to 59 per cent"),
        (VISITS, "48 to 72 per cent"),
    ],
)
def test_a_figure_stands_with_its_interval(bsg: Inspection, people: People, slug: str, interval: str) -> None:
    within = read(bsg, people.inspector, slug).baseline.interval
    assert within is not None
    assert within.in_words == interval


@pytest.mark.parametrize("slug", [COURT, "culture-of-learning", "unpaid-work-awaiting-extension"])
def test_without_cases_that_may_all_have_counted_there_is_no_interval(
    bsg: Inspection, people: People, slug: str
) -> None:
    assert read(bsg, people.inspector, slug).baseline.interval is None


def test_only_the_interval_of_a_bare_percentage_assumes_that_all_cases_counted(
    bsg: Inspection, people: People
) -> None:
    assert read(bsg, people.inspector, ASSESSMENT).baseline.if_all
    assert not read(bsg, people.inspector, VISITS).baseline.if_all


def test_a_key_question_lies_in_a_band_and_other_figures_in_none(bsg: Inspection, people: People) -> None:
    assert read(bsg, people.inspector, "planning-keeping-people-safe").baseline.band == "Inadequate"
    assert read(bsg, people.inspector, VISITS).baseline.band == ""


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (
            {"n": 26, "out_of": 50},
            "Practice shows no clear change: 26 of 50 (52 per cent) against 36 of 59 (61 per cent)."
            " With samples of this size, chance alone makes a difference of that kind about 1 time in 2.",
        ),
        (
            {"n": 18, "out_of": 58},
            "Practice has improved: 18 of 58 (31 per cent) against 36 of 59 (61 per cent). With"
            " samples of this size, chance alone makes a difference of that kind less than 1 time in 100.",
        ),
        (
            {"n": 50, "out_of": 55},
            "Practice is worse: 50 of 55 (91 per cent) against 36 of 59 (61 per cent). With samples of"
            " this size, chance alone makes a difference of that kind less than 1 time in 1,000.",
        ),
    ],
)
def test_a_sentence_says_whether_practice_moved_and_how_sure_one_can_be(
    bsg: Inspection, people: People, figure: dict[str, int], sentence: str
) -> None:
    take(bsg, people.contributor, VISITS, **figure)
    assert read(bsg, people.inspector, VISITS).sentence == sentence


def test_where_the_report_prints_no_count_nothing_is_said_but_both_ranges(
    bsg: Inspection, people: People
) -> None:
    take(bsg, people.contributor, ASSESSMENT, value=52, n=26, out_of=50)
    assert read(bsg, people.inspector, ASSESSMENT).sentence == (
        "There is no way to tell if practice has changed. The report prints no count for its 36 per cent;"
        " 26 of 50 (52 per cent) was read on 2 March 2026. If all 70 inspected cases counted, 36 per cent"
        " may stand for 26 to 48 per cent; the reading may stand for 39 to 65 per cent."
    )


def test_a_reading_without_a_count_says_nothing_against_a_count(bsg: Inspection, people: People) -> None:
    take(bsg, people.contributor, CHILDREN, n=1, out_of=40)
    take(bsg, people.contributor, VISITS, value=10)
    assert "The reading gives no count of cases" in read(bsg, people.inspector, VISITS).sentence


def test_what_is_no_share_is_not_tested(bsg: Inspection, people: People) -> None:
    take(bsg, people.contributor, "disproportionality-data-available", value=1)
    assert read(bsg, people.inspector, "disproportionality-data-available").sentence == (
        "There is no way to tell if practice has changed. This is no share of a sample to be tested: none in"
        " the report, some was read on 2 March 2026."
    )


def test_the_last_reading_that_says_anything_counts(bsg: Inspection, people: People) -> None:
    take(bsg, people.contributor, VISITS, n=18, out_of=58)
    take(bsg, people.contributor, VISITS, value=50, at=NOW + DAY)
    assert read(bsg, people.inspector, VISITS).has_moved


def test_a_measure_that_nobody_read_again_says_so(bsg: Inspection, people: People) -> None:
    assert read(bsg, people.inspector, VISITS).sentence == (
        "Not measured again since the report: 36 of 59 (61 per cent) stands alone."
    )


def test_context_is_not_judged(bsg: Inspection, people: People) -> None:
    one = read(bsg, people.inspector, "minority-ethnic-share-of-caseload")
    assert one.sentence == "Context only, and not judged: 20 per cent in the report."
    assert measures_without_change([one]) == []


def test_who_does_not_reach_the_owner_hears_of_no_reading(bsg: Inspection, people: People) -> None:
    take(bsg, people.contributor, VISITS, n=18, out_of=58)
    one = read(bsg, people.outsider, VISITS, reads=False)
    assert one.readings == ()
    assert one.sentence == "In the report: 36 of 59 (61 per cent)."


def test_a_past_day_knows_no_later_reading(bsg: Inspection, people: People) -> None:
    take(bsg, people.contributor, VISITS, n=18, out_of=58, at=NOW + DAY)
    assert read(bsg, people.inspector, VISITS, as_of=TODAY).readings == ()
    assert len(read(bsg, people.inspector, VISITS, as_of=TODAY + DAY).readings) == 1


def test_the_unmoved_are_those_that_the_kept_facts_count(bsg: Inspection, people: People) -> None:
    take(bsg, people.contributor, VISITS, n=18, out_of=58)
    take(bsg, people.contributor, ASSESSMENT, value=52, n=26, out_of=50)
    take(bsg, people.contributor, CHILDREN, n=8, out_of=22)
    take(bsg, people.contributor, "agencies-not-asked-at-review", value=30)
    for row in with_facts(Recommendation.objects.filter(inspection=bsg)):
        measures = measures_with_readings(people.inspector, today=TODAY, as_of=None).filter(
            recommendation=row
        )
        found = measures_without_change(outcomes(measures, cases=bsg.sample_size, reads=True))
        facts = row.fact_measures_unread + row.fact_measures_not_shown + row.fact_measures_worse
        assert len(found) == facts, row.reference


def test_all_measures_are_counted_in_one_sentence(bsg: Inspection, people: People) -> None:
    take(bsg, people.contributor, VISITS, n=18, out_of=58)
    take(bsg, people.contributor, ASSESSMENT, value=52, n=26, out_of=50)
    row = bsg.recommendations.get(number=1)
    measures = measures_with_readings(people.inspector, today=TODAY, as_of=None).filter(recommendation=row)
    found = outcomes(measures, cases=bsg.sample_size, reads=True)
    assert outcome_in_words(row, found) == (
        "Of 7 measures: 1 improved, 1 with too few cases to tell, 5 not measured again."
    )


def test_a_recommendation_without_a_figure_says_so(bsg: Inspection) -> None:
    eighth = bsg.recommendations.get(number=8)
    assert outcome_in_words(eighth, []).startswith("The report prints no figure for vetting timescales")
    assert outcome_in_words(Recommendation(), []) == NO_FIGURE
