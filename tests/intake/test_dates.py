from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.intake.dates import TargetDate, UnclearTargetDate, read_target_date

REAL_DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
DAY_FORMATS = [
    "{d.day} {d:%B} {d.year}",
    "{d.day}th {d:%B} {d.year}",
    "the {d.day}th of {d:%B}, {d.year}",
    "{d.day} {d:%b} {d.year}",
    "{d.day}-{d:%b}-{d.year}",
    "{d:%d/%m}/{d.year}",
    "{d.day}.{d.month}.{d.year}",
    "{d.year}-{d:%m-%d}",
    "by {d.day} {d:%B} {d.year}",
]


def span(words: str) -> tuple[str, str, str]:
    target = read_target_date(words)
    return str(target.earliest), str(target.latest), target.precision


@given(day=REAL_DAYS, form=st.sampled_from(DAY_FORMATS))
def test_any_real_day_in_any_form_reads_to_itself(day: date, form: str) -> None:
    words = form.format(d=day)

    assert read_target_date(words) == TargetDate(words, day, day, "day")


@given(day=REAL_DAYS)
def test_a_month_is_all_its_days(day: date) -> None:
    target = read_target_date(f"{day:%B} {day.year}")

    assert target.earliest is not None
    assert target.latest is not None
    assert target.earliest == day.replace(day=1)
    assert (target.latest + timedelta(days=1)).day == 1
    assert target.earliest <= day <= target.latest
    assert target.precision == "month"


@given(words=st.one_of(st.text(), st.text("0123456789 /-.'()qfyendbyjuneof", max_size=20)))
def test_any_text_keeps_its_words_or_is_asked_about(words: str) -> None:
    try:
        target = read_target_date(words)
    except UnclearTargetDate:
        return
    assert target.words == words
    assert (target.earliest is None) is (target.latest is None) is (target.precision == "none")


@pytest.mark.parametrize(
    ("words", "earliest", "latest", "precision"),
    [
        ("end of June 2026", "2026-06-30", "2026-06-30", "day"),
        ("by end June 2026", "2026-06-30", "2026-06-30", "day"),
        ("end of February 2028", "2028-02-29", "2028-02-29", "day"),
        ("end of 2026", "2026-12-31", "2026-12-31", "day"),
        ("end of summer 2026", "2026-08-31", "2026-08-31", "day"),
        ("by the end of Q2 2025/26", "2025-09-30", "2025-09-30", "day"),
        ("early June 2026", "2026-06-01", "2026-06-30", "month"),
        ("mid-June 2026", "2026-06-01", "2026-06-30", "month"),
        ("late June 2026", "2026-06-01", "2026-06-30", "month"),
        ("by June 2026", "2026-06-01", "2026-06-30", "month"),
        ("06/2026", "2026-06-01", "2026-06-30", "month"),
        ("June to August 2026", "2026-06-01", "2026-08-31", "month"),
        ("June–September 2026", "2026-06-01", "2026-09-30", "month"),
        ("December 2025 to February 2026", "2025-12-01", "2026-02-28", "month"),
        ("spring 2026", "2026-03-01", "2026-05-31", "season"),
        ("Summer 2026", "2026-06-01", "2026-08-31", "season"),
        ("AUTUMN 2026", "2026-09-01", "2026-11-30", "season"),
        ("2026", "2026-01-01", "2026-12-31", "year"),
        ("2025/26", "2025-04-01", "2026-03-31", "year"),
        ("2025–26", "2025-04-01", "2026-03-31", "year"),
        ("FY 2025/26", "2025-04-01", "2026-03-31", "year"),
        ("1999/2000", "1999-04-01", "2000-03-31", "year"),
        ("Q1 2025/26", "2025-04-01", "2025-06-30", "quarter"),
        ("Q2 2025/26", "2025-07-01", "2025-09-30", "quarter"),
        ("Q4 2025/26", "2026-01-01", "2026-03-31", "quarter"),
        ("Q2 FY2025-26", "2025-07-01", "2025-09-30", "quarter"),
        ("Q2 2025 (financial)", "2025-07-01", "2025-09-30", "quarter"),
        ("Q2 2025 (calendar)", "2025-04-01", "2025-06-30", "quarter"),
        ("2025/26 Q3", "2025-10-01", "2025-12-31", "quarter"),
    ],
)
def test_a_span_is_as_wide_as_it_was_said(words: str, earliest: str, latest: str, precision: str) -> None:
    assert span(words) == (earliest, latest, precision)


@pytest.mark.parametrize("words", ["", "  ", "Ongoing", "ongoing.", "Completed", "TBC", "\u00a0"])
def test_some_words_are_no_date(words: str) -> None:
    assert read_target_date(words) == TargetDate(words, None, None, "none")


@pytest.mark.parametrize(
    "words",
    ["  JUNE\u00a0 2026 ", "june 2026", "Jun 2026", "June\n2026", "June, 2026", "June 2026."],
)
def test_case_and_white_space_make_no_difference(words: str) -> None:
    assert read_target_date(words) == TargetDate(words, date(2026, 6, 1), date(2026, 6, 30), "month")


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("winter 2025", "which months"),
        ("Winter 2025/26", "which months"),
        ("end of winter 2026", "which months"),
        (
            "Q2 2025",
            "calendar quarter (april–june 2025) or the financial one (july–september 2025)",
        ),
        ("2025 Q4", "financial one (january–march 2026)"),
        ("Q2 FY2025", "start or end"),
        ("FY2025", "start or end"),
        ("2025-2026", "both calendar years"),
        ("2025/27", "ends in 2026"),
        ("2011-12", "a month or a financial year"),
        ("30.6.26", "four figures"),
        ("30 June 26", "four figures"),
        ("June 26", "four figures"),
        ("within 3 months", "counted from which day"),
        ("three months after publication", "counted from which day"),
        ("June", "which year"),
        ("30 June", "which year"),
        ("end of June", "which year"),
        ("June to August", "which year"),
        ("spring", "which year"),
        ("30/06", "which year"),
        ("November to January 2026", "ends before it begins"),
        ("31 February 2026", "31 february 2026 does not exist"),
        ("29/02/2025", "29 february 2025 does not exist"),
        ("2026-06-31", "31 june 2026 does not exist"),
        ("0 June 2026", "0 june 2026 does not exist"),
        ("06/30/2026", "no month 30"),
        ("31 December 1989", "1989 is not between 1990 and 2100"),
        ("2101", "2101 is not between 1990 and 2100"),
        ("2100/01", "2101 is not between 1990 and 2100"),
        ("Q5 2025", "which day, month, season, quarter or year"),
        ("end of 30 June 2026", "the end of which"),
        ("as soon as possible", "which day, month, season, quarter or year"),
        ("by ongoing", "which day, month, season, quarter or year"),
    ],
)
def test_what_would_need_a_guess_is_asked_about(words: str, question: str) -> None:
    with pytest.raises(UnclearTargetDate) as unclear:
        read_target_date(words)

    assert words in str(unclear.value)
    assert question in str(unclear.value).casefold()


def test_a_question_does_not_repeat_a_whole_page() -> None:
    with pytest.raises(UnclearTargetDate) as unclear:
        read_target_date("June 2026 " * 1000)

    assert len(str(unclear.value)) < 300


@pytest.mark.parametrize("answer", ["Q2 2025 (calendar)", "Q2 2025/26"])
def test_the_question_about_a_quarter_offers_words_that_are_read(answer: str) -> None:
    with pytest.raises(UnclearTargetDate) as unclear:
        read_target_date("Q2 2025")

    assert f"“{answer}”" in str(unclear.value)
    assert read_target_date(answer).precision == "quarter"
