"""Writes reports of the family that the published one belongs to, with other facts in them.

A report is written from `Facts`, and `expected` says what must be read from it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from recommendations.framework import Method, RatingLevel
from recommendations.intake.method_file import read_method
from recommendations.intake.report_data import (
    KeyQuestionFinding,
    RecommendationFinding,
    Report,
    StandardFinding,
)

SEEDS = Path(__file__).parents[2] / "seeds"
BODIES = (
    "Kent PDU",
    "Essex North PDU",
    "Hammersmith, Fulham, Kensington, Chelsea and Westminster PDU",
    "Derby City PDU",
    "Cumbria PDU",
    "Stockport and Trafford PDU",
)
REGIONS = ("East of England region", "Wales", "Greater Manchester region", "London region")
OTHERS = ("HM Prison and Probation Service", "The Ministry of Justice", "Kent Police")
TEXTS = (
    "improve the quality of work to assess, plan for, manage and review casework",
    "ensure that all staff have manageable workloads and the time to learn",
    "make sure that domestic abuse enquiries are made before sentence in every relevant case, and "
    "that the answers are used to assess, plan for and manage risk of harm to others",
    "review the timeliness of pre-sentence reports",
    "publish the results of its next audit of 70 cases within six months",
    "agree with partners a joint plan for people's accommodation on release from custody, with "
    "named leads and dates",
    "reduce the vacancies among probation services officers",
    "record protected characteristics – and use the data – in service delivery",
)
MONTHS = tuple(date(year, month, 1) for year in (2022, 2023, 2024) for month in range(1, 13))


@dataclass(frozen=True)
class Facts:
    """The facts of a report. Ratings are codes; percentages are by question number."""

    body: str
    region: str
    month: date
    isbn: str
    cases: int
    interviews: int
    percentages: dict[str, int]
    awarded: dict[str, str]
    lifted: frozenset[str]
    leadership_guidance: str | None
    groups: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def started(self) -> date:
        """The first day of fieldwork, two months before the month of publication."""
        return self.month - timedelta(days=60)

    @property
    def sample(self) -> tuple[date, date]:
        """The days between which the inspected cases began."""
        return self.started - timedelta(days=200), self.started - timedelta(days=186)


@cache
def method() -> Method:
    """The framework of the family, as the seeds hold it."""
    found, problems = read_method((SEEDS / "frameworks" / "hmip-pdu-1.toml").read_text("utf-8"))
    assert not problems
    assert found is not None
    return found


def published_report() -> str:
    """The text of the real report."""
    return (SEEDS / "reports" / "BSG-2023.txt").read_text("utf-8")


def isbn_of(publisher: int, title: int) -> str:
    """A valid ISBN-13 of the English-language group, hyphenated."""
    digits = f"9781{publisher:06}{title:02}"
    weighted = sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(digits))
    return f"978-1-{publisher:06}-{title:02}-{-weighted % 10}"


def day(when: date) -> str:
    """26 June 2023."""
    return f"{when.day} {when:%B %Y}"


def rating(code: str) -> RatingLevel:
    """The rating with this code."""
    found = method().rating_named(code)
    assert found is not None
    return found


def figures(facts: Facts, number: str) -> list[int]:
    """The percentages of one standard, in order."""
    standard = method().standard(number)
    assert standard is not None
    return [facts.percentages[question.number] for question in standard.key_questions]


def reason(facts: Facts, number: str) -> str:
    """The printed reason for a rating that differs from its guidance."""
    name = rating(facts.awarded[number]).name
    if number == "1.1":
        guidance = rating(facts.leadership_guidance or "").name
        return (
            "As a result of the domain two ratings, the inspectorate's rating decision guidance "
            f"would normally require leadership to be rated as '{guidance}'. However, in "
            f"recognition of the strengths seen, leadership is rated '{name}'."
        )
    standard = method().standard(number)
    assert standard is not None
    return (
        f"{facts.body} is rated as '{name}' for {standard.name.lower()}. Professional discretion "
        "could be applied as the lowest score was within five percentage points of the rating "
        f"boundary. We found broader evidence to suggest that a higher rating was justified."
    )


def total(facts: Facts) -> int:
    """The sum of the standards' scores."""
    return sum(rating(code).score for code in facts.awarded.values())


def expected(facts: Facts) -> Report:
    """The record of these facts; lines are not compared."""
    standards, questions = [], []
    for standard in method().standards:
        for question in standard.key_questions:
            percentage = facts.percentages[question.number]
            questions.append(
                KeyQuestionFinding(question.number, standard.number, question.text, percentage, 0)
            )
        if standard.rated:
            standards.append(_standard(facts, standard.number))
    texts = [(addressee, text) for addressee, items in facts.groups for text in items]
    last = {items[-1] for _, items in facts.groups}
    year, month = divmod(facts.month.month, 12)
    following = date(facts.month.year + year, month + 1, 1)
    return Report(
        title=f"An inspection of probation services in {facts.body}",
        inspected_body=facts.body,
        region=facts.region,
        inspectorate="HM Inspectorate of Probation",
        published_earliest=facts.month,
        published_latest=following - timedelta(days=1),
        published_precision="month",
        isbn=facts.isbn,
        fieldwork_started=facts.started,
        fieldwork_ended=None,
        sample_size=facts.cases,
        sample_from=facts.sample[0],
        sample_to=facts.sample[1],
        interviews=facts.interviews,
        score=total(facts),
        score_out_of=27,
        overall=method().overall(total(facts)).code,
        standards=tuple(standards),
        key_questions=tuple(questions),
        recommendations=tuple(
            RecommendationFinding(n, addressee, text.replace("–", "-") + ("." if text in last else ""), 0)
            for n, (addressee, text) in enumerate(texts, 1)
        ),
    )


def _standard(facts: Facts, number: str) -> StandardFinding:
    awarded = facts.awarded[number]
    computed = method().guidance(figures(facts, number))
    if computed:
        why = reason(facts, number) if number in facts.lifted else ""
        return StandardFinding(number, awarded, computed.code, "computed", why, 0)
    if number == "1.1" and facts.leadership_guidance:
        why = reason(facts, number) if facts.leadership_guidance != awarded else ""
        return StandardFinding(number, awarded, facts.leadership_guidance, "stated", why, 0)
    return StandardFinding(number, awarded, None, "", "", 0)


def write(facts: Facts) -> str:
    """The text of the report, laid out as the published one is."""
    numbers = iter(range(1, 1000))
    lists = "\n\n".join(
        f"#### **{addressee} should:**\n\n"
        + "\n".join(f"- {next(numbers)}. {text}{'.' if text == items[-1] else ''}" for text in items)
        for addressee, items in facts.groups
    )
    rows = "\n".join(
        f"{number}\t{_name(number)}\t{rating(code).name}\t" for number, code in facts.awarded.items()
    )
    sections = "\n\n".join(_section(facts, standard.number) for standard in method().standards)
    first, last = facts.sample
    title = f"# An inspection of probation services in: **{facts.body}** The Probation Service"
    background = (
        f"We conducted fieldwork in {facts.body} over the period of a week, beginning "
        f"{day(facts.started)}. We inspected {facts.cases} cases where sentences and licences had "
        f"commenced between {day(first)} and {day(last)}. We also conducted {facts.interviews} "
        "interviews with probation practitioners."
    )
    return f"""{title} – {facts.region}

HM Inspectorate of Probation, {facts.month:%B %Y}

## Contents

Foreword\t3
Ratings\t4
Recommendations\t5
Background\t6
Annexe one – Web links\t26

#### © Crown copyright {facts.month.year}

ISBN: {facts.isbn}

## Foreword

The PDU has been given an overall rating of '{method().overall(total(facts)).name}'.

## Ratings

{facts.body} Fieldwork started {facts.started:%B %Y}\tScore\t{total(facts)}/27
Overall rating\t{method().overall(total(facts)).name}\t
{rows}

## Recommendations

As a result of our inspection findings, we have made a number of recommendations.

{lists}

## Background

{background}

{sections}

## Annexe one – Web links

Full data is available on our website.
"""


def _name(number: str) -> str:
    standard = method().standard(number)
    assert standard is not None
    return standard.name


def _section(facts: Facts, number: str) -> str:
    parts = [f"## {number}. {_name(number)}", "People on probation are well served."]
    if number in facts.awarded:
        parts.append(rating(facts.awarded[number]).name)
    standard = method().standard(number)
    assert standard is not None
    if standard.key_questions:
        rows = (
            f"{question.text}\t{facts.percentages[question.number]}%" for question in standard.key_questions
        )
        parts.append("\n".join(("Key question\tPercentage 'Yes'", *rows)))
    if number in facts.lifted or (number == "1.1" and facts.leadership_guidance):
        parts.append(reason(facts, number))
    parts.append("#### Strengths:\n\n- Work with partners was good in 84 per cent of cases.")
    return "\n\n".join(parts)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Any report of the family: one to four addressees, one to eight recommendations."""
    codes = [rating.code for rating in method().ratings]
    percentages, awarded, lifted = {}, {}, set()
    for standard in method().standards:
        for question in standard.key_questions:
            percentages[question.number] = draw(st.integers(10, 100))
        lowest = min((percentages[q.number] for q in standard.key_questions), default=None)
        if standard.rated and lowest is None:
            awarded[standard.number] = draw(st.sampled_from(codes))
        elif standard.rated and lowest is not None:
            awarded[standard.number] = method().rating_for_percentage(lowest).code
            higher = method().rating_for_percentage(min(lowest + 5, 100)).code
            if higher != awarded[standard.number] and draw(st.booleans()):
                awarded[standard.number] = higher
                lifted.add(standard.number)
    body = draw(st.sampled_from(BODIES))
    region = draw(st.sampled_from(REGIONS))
    addressees = draw(st.lists(st.sampled_from((body, region, *OTHERS)), min_size=1, max_size=4, unique=True))
    texts = draw(st.lists(st.sampled_from(TEXTS), min_size=len(addressees), max_size=8, unique=True))
    cuts = sorted(
        draw(
            st.sets(
                st.integers(1, max(len(texts) - 1, 1)),
                min_size=len(addressees) - 1,
                max_size=len(addressees) - 1,
            )
        )
    )
    bounds = [0, *cuts, len(texts)]
    groups = tuple(
        (addressee, tuple(texts[bounds[i] : bounds[i + 1]])) for i, addressee in enumerate(addressees)
    )
    return Facts(
        body=body,
        region=region,
        month=draw(st.sampled_from(MONTHS)),
        isbn=isbn_of(draw(st.integers(869_800, 998_999)), draw(st.integers(0, 99))),
        cases=draw(st.integers(20, 150)),
        interviews=draw(st.integers(20, 150)),
        percentages=percentages,
        awarded=awarded,
        lifted=frozenset(lifted),
        leadership_guidance=draw(st.sampled_from([None, *codes])),
        groups=groups,
    )
