"""One inspection with all that follows from it: the same for the same seed and number."""

from datetime import timedelta
from functools import partial
from random import Random

from recommendations.models import LinkKind, Recommendation
from tests.benchmarks.generation import follow_up, outcomes, words
from tests.benchmarks.generation.bodies import Bodies
from tests.benchmarks.generation.change import Pen
from tests.benchmarks.generation.facts import Standing
from tests.benchmarks.generation.lifecycle import Course
from tests.benchmarks.generation.report import Stick
from tests.benchmarks.generation.size import (
    ACTIONS_EACH,
    EVIDENCE_EACH,
    UPDATES_EACH,
    YEARS,
    Extent,
)
from tests.benchmarks.generation.timestamps import instants
from tests.benchmarks.generation.words import pick, say
from tests.benchmarks.generation.work import Work

DAY = timedelta(days=1)
REVIEWED_AFTER = 150  # Days from publication.


def follow(
    standings: list[Standing], *, draw: Random, pen: Pen, bodies: Bodies, stick: Stick, extent: Extent
) -> list[Course]:
    """Draw what is done about the recommendations of one report, and do it."""
    end = extent.day - DAY
    age = (end - standings[0].published) / YEARS
    drawn = outcomes.of_recommendations(draw, len(standings), age=age)
    courses = [
        Course(draw, _work(one, pen, bodies), bodies, fate, end)
        for one, fate in zip(standings, drawn, strict=True)
    ]
    worked = [course for course in courses if course.fate not in outcomes.IDLE]
    for course in courses:
        course.respond()
        if course.fate == "superseded":
            course.supersede(draw.choice(worked).work.recommendation)
    _plan(draw, worked)
    for course in courses:
        course.conclude()
        _read(draw, course)
        _review(draw, course, stick)
        _link(draw, course, [one.recommendation for one in standings])
        _move(draw, course, bodies)
        course.run()
    return courses


def _work(standing: Standing, pen: Pen, bodies: Bodies) -> Work:
    owner = bodies.acting_for(standing.recommendation.owner)
    return Work(pen, standing, owner, bodies.assurer, bodies.inspector)


def _plan(draw: Random, worked: list[Course]) -> None:
    """Give out the report's actions, evidence and updates, unevenly."""
    for course, count in zip(worked, outcomes.shares(draw, ACTIONS_EACH, len(worked)), strict=True):
        course.plan(count)
    busy = [len(course.actions) for course in worked]
    for course in draw.choices(worked, busy, k=EVIDENCE_EACH - sum(one.shown for one in worked)):
        course.attach()
    for course in draw.choices(worked, busy, k=UPDATES_EACH):
        course.update()


def _read(draw: Random, course: Course) -> None:
    """Count the cases of its measures again, once or twice."""
    if course.fate in outcomes.IDLE:
        return
    for place in range(len(course.work.standing.measures)):
        count = draw.choices([0, 1, 2], [35, 40, 25])[0]
        for at in instants(draw, first=course.answered + DAY, last=course.end, count=count):
            said = {"fell": draw.gauss(0.3, 0.35), "source": pick(draw, words.SOURCES)}
            course.later(at, partial(follow_up.read, course.work), place=place, **said)


def _review(draw: Random, course: Course, stick: Stick) -> None:
    """An inspector comes back to a third of the older ones, and now and then corrects what was found."""
    first = course.published + timedelta(days=REVIEWED_AFTER)
    if first > course.end or draw.random() > 0.35:
        return
    count = 2 if draw.random() < 0.06 else 1
    for number, at in enumerate(instants(draw, first=first, last=course.end, count=count)):
        said = {"judgement": draw.choice(stick.judgements), "narrative": say(draw, words.JUDGED)}
        course.later(at, partial(follow_up.review, course.work), corrects=number > 0, **said)


def _link(draw: Random, course: Course, siblings: list[Recommendation]) -> None:
    target = draw.choice(siblings)
    if draw.random() > 0.05 or target is course.work.recommendation:
        return
    at = instants(draw, first=course.published + DAY, last=course.end, count=1)[0]
    kind = draw.choice([LinkKind.DEPENDS_ON, LinkKind.REPEATS])
    said = {"target": target, "kind": kind, "reason": "Both need the same work."}
    course.later(at, partial(follow_up.link, course.work), **said)


def _move(draw: Random, course: Course, bodies: Bodies) -> None:
    """Now and then what a region owns passes to the national service."""
    if course.work.recommendation.owner not in bodies.regions or draw.random() > 0.06:
        return
    at = instants(draw, first=course.answered + DAY, last=course.end, count=1)[0]
    said = {"owner": bodies.service, "reason": pick(draw, words.MOVED)}
    course.later(at, partial(follow_up.change_owner, course.work), **said)
