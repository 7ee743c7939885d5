"""A made-up report: what an inspection found, and its recommendations with what they rest on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from recommendations.framework import Method
from recommendations.models import (
    Framework,
    GuidanceSource,
    Inspection,
    Judgement,
    KeyQuestion,
    KeyQuestionResult,
    Measure,
    Organisation,
    Rating,
    Recommendation,
    Standard,
    StandardRating,
)
from recommendations.models.measure import Better, Unit
from tests.benchmarks.generation.bodies import Bodies
from tests.benchmarks.generation.change import Actor, Change, Pen
from tests.benchmarks.generation.facts import Standing
from tests.benchmarks.generation.size import RECOMMENDATIONS_EACH
from tests.benchmarks.generation.words import ASKED, QUESTIONS, pick, say

PUBLISHED_AT = time(7, 0, tzinfo=UTC)
CURATED = 0.5  # The part of the reports whose curated data is there.
MEASURED = 3  # Recommendations with measures, in a report with curated data.


@dataclass(frozen=True)
class Stick:
    """The measuring stick, loaded once."""

    framework: Framework
    method: Method
    ratings: dict[str, Rating]
    judgements: list[Judgement]
    standards: list[Standard]
    questions: list[KeyQuestion]


def load_stick(framework: Framework) -> Stick:
    """The framework with its parts, as `with_parts` loads them."""
    standards = list(framework.standards.all())
    return Stick(
        framework=framework,
        method=framework.as_method(),
        ratings={rating.code: rating for rating in framework.ratings.all()},
        judgements=list(framework.judgements.all()),
        standards=standards,
        questions=[question for one in standards for question in one.key_questions.all()],
    )


@dataclass
class Reporter:
    """Writes one report; `number` makes its reference."""

    pen: Pen
    draw: Random
    stick: Stick
    bodies: Bodies
    by: Actor
    number: int
    published: date
    pdu: Organisation

    def write(self) -> list[Standing]:
        """Record the inspection and its recommendations, on the morning of its publication."""
        at = datetime.combine(self.published, PUBLISHED_AT)
        inspection = self._inspection(at)
        standings = []
        for number in range(1, RECOMMENDATIONS_EACH + 1):
            at += timedelta(seconds=1)
            standings.append(self._recommendation(inspection, number, at))
        if self.draw.random() < CURATED:
            self._curate(inspection, standings, at)
        return standings

    def _inspection(self, at: datetime) -> Inspection:
        percentages = {q.number: self._percentage() for q in self.stick.questions}
        ratings = [self._rating(standard, percentages) for standard in self.stick.standards]
        score = sum(one.awarded.score for one in ratings if one.standard.rated)
        change = Change(self.pen, "record inspection", by=self.by, at=at)
        inspection = change.add(self._row(score))
        for rating in ratings:
            rating.inspection = inspection
            change.add(rating)
        for question in self.stick.questions:
            result = {"key_question": question, "percentage": percentages[question.number]}
            change.add(KeyQuestionResult(inspection=inspection, **result))
        change.close()
        return inspection

    def _row(self, score: int) -> Inspection:
        reference = f"MU-{self.published.year}-{self.number:05}"
        begun = self.published - timedelta(days=120 + int(self.draw.random() * 30))
        return Inspection(
            reference=reference,
            title=f"An inspection of probation services in {self.pdu.name}",
            inspected=self.pdu,
            region=self.pdu.parent,
            inspectorate=self.bodies.inspectorate,
            framework=self.stick.framework,
            published_earliest=self.published,
            published_latest=self.published,
            published_precision="day",
            fieldwork_started=begun,
            fieldwork_ended=begun + timedelta(days=11),
            sample_size=40 + int(self.draw.random() * 60),
            interviews=20 + int(self.draw.random() * 40),
            score=score,
            score_out_of=self.stick.method.maximum(),
            overall=self.stick.ratings[self.stick.method.overall(score).code],
            source_sha256=sha256(reference.encode()).hexdigest(),
        )

    def _percentage(self) -> int:
        return min(100, max(5, round(self.draw.gauss(52, 18))))

    def _rating(self, standard: Standard, percentages: dict[str, int]) -> StandardRating:
        asked = [percentages[q.number] for q in self.stick.questions if q.standard_id == standard.pk]
        guided = self.stick.method.guidance(asked)
        codes = list(self.stick.ratings)
        code = guided.code if guided else pick(self.draw, codes[:3])
        return StandardRating(
            standard=standard,
            awarded=self.stick.ratings[code],
            guidance=self.stick.ratings[guided.code] if guided else None,
            guidance_source=(GuidanceSource.COMPUTED if guided else GuidanceSource.NONE).value,
        )

    def _recommendation(self, inspection: Inspection, number: int, at: datetime) -> Standing:
        addressee = self._addressee()
        row = Recommendation(
            inspection=inspection,
            number=number,
            reference=f"{inspection.reference}-{number}",
            text=say(self.draw, ASKED),
            addressee=addressee,
            addressee_as_printed=addressee.name,
            owner=addressee,
        )
        standing = Standing(row, self.published)
        change = Change(self.pen, "record recommendation", by=self.by, at=at)
        change.add(row)
        change.close(standing)
        return standing

    def _addressee(self) -> Organisation:
        """Mostly the PDU; of the rarest always, which owns one report's recommendations whole."""
        said = self.draw.random()
        if self.pdu == self.bodies.rarest or said < 0.78 or self.pdu.parent is None:
            return self.pdu
        return self.pdu.parent if said < 0.95 else self.bodies.service

    def _curate(self, inspection: Inspection, standings: list[Standing], at: datetime) -> None:
        for standing in standings:
            at += timedelta(seconds=1)
            standards = self.draw.sample(self.stick.standards, 1 + int(self.draw.random() * 3))
            questions = self.draw.sample(self.stick.questions, int(self.draw.random() * 3))
            change = Change(self.pen, "record curated data", by=self.by, at=at)
            sets = {"standards": [s.pk for s in standards], "key_questions": [q.pk for q in questions]}
            change.change(standing.recommendation, {}, sets=sets)
            if standing.recommendation.number <= MEASURED:
                for place in range(1 + int(self.draw.random() * 2)):
                    values = self._measure(place, standards[0])
                    measure = Measure(recommendation=standing.recommendation, **values)
                    standing.measures.append(change.add(measure))
            change.close(standing)
        change = Change(self.pen, "record curated data", by=self.by, at=at + timedelta(seconds=1))
        change.change(inspection, {"has_curated_data": True})
        change.close()

    def _measure(self, place: int, standard: Standard) -> dict[str, Any]:
        """A count of cases, as the report prints it; sometimes it is for context only."""
        out_of = 30 + int(self.draw.random() * 50)
        n = out_of // 3 + int(self.draw.random() * out_of / 2)
        question = say(self.draw, QUESTIONS)
        return {
            "slug": f"measure-{place + 1}",
            "question": question,
            "unit": Unit.CASES.value,
            "better": (Better.NEITHER if self.draw.random() < 0.1 else Better.LOWER).value,
            "n": n,
            "out_of": out_of,
            "section": standard.number,
            "passage": f"{question}: {n} out of {out_of}.",
        }
