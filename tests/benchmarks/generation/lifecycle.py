"""The course of one recommendation: what is done about it and when, from its publication to the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from recommendations.models import Answer, EvidenceLevel, Recommendation, Verdict
from tests.benchmarks.generation import outcomes, words
from tests.benchmarks.generation.bodies import Bodies
from tests.benchmarks.generation.timestamps import instants, target_words
from tests.benchmarks.generation.words import pick, say
from tests.benchmarks.generation.work import Piece, Slot, Work

DAY = timedelta(days=1)
ANSWERS = [Answer.AGREED.value, Answer.PARTLY_AGREED.value]
Deed = tuple[datetime, int, Callable[[datetime], None]]


@dataclass
class Planned:
    """An action on its way: from when to when it can be worked on."""

    slot: Slot
    begun: date
    closes: date
    due: date


@dataclass
class Course:
    """Deeds are drawn first, in any order, and then done in the order of time."""

    draw: Random
    work: Work
    bodies: Bodies
    fate: str
    end: date  # The last day on which anything is done.
    actions: list[Planned] = field(default_factory=list)
    shown: int = 0  # Pieces of evidence with which actions are claimed.
    deeds: list[Deed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.published = self.work.standing.published
        self.span = (self.end - self.published).days
        self.answered = self.published + timedelta(
            days=min(10 + int(self.draw.random() * 35), self.span // 4)
        )
        quiet = self.draw.random() < (1.0 if self.fate in outcomes.FINISHED else 0.3)
        part = 0.5 + self.draw.random() * 0.35 if quiet else 1.0
        # Until when its actions are worked on, and until when it is itself.
        self.worked_until = self.published + timedelta(days=int(self.span * part))
        left = (self.end - self.worked_until).days
        self.closes = self.worked_until + timedelta(days=min(left, max(4, self.span // 10)))

    def later(self, at: datetime, act: Callable[..., None], **said: Any) -> None:
        self.deeds.append((at, len(self.deeds), partial(act, **said)))

    def run(self) -> None:
        for at, _, act in sorted(self.deeds, key=lambda deed: deed[:2]):
            act(at)

    def respond(self) -> None:
        """Answer it, where it is answered at all; now and then an answer that was no becomes yes."""
        if self.fate == "awaiting":
            return
        answers = self.draw.choices(ANSWERS, [80, 20])
        if self.fate == "not agreed":
            answers = [Answer.NOT_AGREED.value]
        elif self.draw.random() < 0.04:
            answers = [Answer.NOT_AGREED.value, *answers]
        for at, answer in zip(
            self._instants(self.published + DAY, self.answered, len(answers)), answers, strict=True
        ):
            part = answer == Answer.PARTLY_AGREED
            said = {
                "accepted_part": say(self.draw, words.ACCEPTED_PARTS) if part else "",
                "reason": "" if answer == Answer.AGREED else pick(self.draw, words.DISAGREED),
            }
            self.later(at, self.work.respond, answer=answer, **said)

    def plan(self, count: int) -> None:
        """Draw `count` actions with the way that each takes through the workflow."""
        first = self.answered + DAY
        begun = self._instants(first, first + timedelta(days=self.span // 8), count)
        for at, fate in zip(
            begun, outcomes.of_actions(self.draw, count, finished=self.fate in outcomes.FINISHED), strict=True
        ):
            self._action(at, outcomes.ACTION[fate])

    def update(self) -> None:
        """Report on an action, or now and then on the whole."""
        chosen = self._any_action()
        first = chosen.begun if chosen else self.answered
        at = self._instants(first + DAY, self.worked_until, 1)[0]
        slot = chosen.slot if chosen else None
        self.later(at, self.work.update, slot=slot, text=say(self.draw, words.REPORTED))

    def attach(self) -> None:
        """Attach a further piece of evidence, judged by someone of another organisation or not yet."""
        chosen = self._any_action()
        first = chosen.begun if chosen else self.answered
        attached, judged = self._instants(first + DAY, self.end, 2)
        expires = None
        if self.draw.random() < 0.25:
            expires = attached.date() + timedelta(days=90 + int(self.draw.random() * 800))
        piece = Piece()
        self._attach(attached, chosen.slot if chosen else None, piece, expires)
        said = self.draw.random()
        if said < 0.55:
            self._judge(judged, piece, Verdict.ACCEPTED, words.ACCEPTED)
        elif said < 0.7:
            self._judge(judged, piece, Verdict.REJECTED, words.REJECTED)

    def conclude(self) -> None:
        """Take the recommendation's own steps, after all of its actions have ended."""
        steps = outcomes.RECOMMENDATION[self.fate]
        for at, name in zip(
            self._instants(self.worked_until + DAY, self.closes, len(steps)), steps, strict=True
        ):
            self._step(at, name, None)

    def supersede(self, successor: Recommendation) -> None:
        at = self._instants(self.answered + DAY, self.end, 1)[0]
        said = {"reason": pick(self.draw, words.SUPERSEDED), "successor": successor}
        self.later(at, self.work.step, name="supersede", by=self.work.inspector, **said)

    def _action(self, at: datetime, way: tuple[str, ...]) -> None:
        slot, piece = Slot(), Piece()
        due = at.date() + timedelta(days=60 + int(self.draw.random() ** 2 * 500))
        self._plan(at, slot, due)
        steps = way[1:]
        moments = self._instants(at.date() + DAY, self.worked_until, len(steps))
        closes = self.worked_until
        for moment, name in zip(moments, steps, strict=True):
            if name in outcomes.ENDING:
                closes = min(closes, moment.date())
            if name == "attach":
                self.shown += 1
                lasts = timedelta(days=10 + int(self.draw.random() * 600))
                self._attach(moment, slot, piece, self.closes + lasts if self.draw.random() < 0.3 else None)
            elif name == "judge":
                self._judge(moment, piece, Verdict.ACCEPTED, words.ACCEPTED)
            else:
                self._step(moment, name, slot)
        planned = Planned(slot, at.date(), closes, due)
        self.actions.append(planned)
        self._move_target(planned)

    def _plan(self, at: datetime, slot: Slot, due: date) -> None:
        said = self.draw.random()
        lead = self.work.recommendation.owner
        if said < 0.12:
            lead = self.draw.choice(self.bodies.partners)
        elif said < 0.2:
            lead = self.draw.choice(self.bodies.regions)
        contributors = [self.draw.choice(self.bodies.partners).pk] if self.draw.random() < 0.15 else []
        self.later(
            at,
            self.work.plan,
            slot=slot,
            description=say(self.draw, words.PLANNED),
            responsible_post=pick(self.draw, words.POSTS),
            target=target_words(self.draw, due),
            lead=lead,
            named=self.draw.random() < 0.4,
            contributors=contributors,
        )

    def _move_target(self, planned: Planned) -> None:
        """Move its target none to three times, while the action is open."""
        count = self.draw.choices([0, 1, 2, 3], [68, 23, 7, 2])[0]
        if (planned.closes - planned.begun).days < 3:
            return
        for at in self._instants(planned.begun + DAY, planned.closes - DAY, count):
            planned.due = max(planned.due, at.date()) + timedelta(days=20 + int(self.draw.random() * 160))
            said = {"words": target_words(self.draw, planned.due), "reason": pick(self.draw, words.DELAYED)}
            self.later(at, self.work.revise, slot=planned.slot, **said)

    def _attach(self, at: datetime, slot: Slot | None, piece: Piece, expires: date | None) -> None:
        number = int(self.draw.random() * 100_000)
        linked = self.draw.random() < 0.5
        self.later(
            at,
            self.work.attach,
            slot=slot,
            piece=piece,
            title=say(self.draw, words.TITLES),
            level=self.draw.choices(EvidenceLevel.values, [50, 33, 17])[0],
            url=f"https://example.org/evidence/{number}" if linked else "",
            document_reference="" if linked else f"DOC-{number}",
            represents=max(self.published, at.date() - timedelta(days=int(self.draw.random() * 20))),
            expires=expires,
        )

    def _judge(self, at: datetime, piece: Piece, verdict: Verdict, reasons: tuple[str, ...]) -> None:
        self.later(at, self.work.judge, piece=piece, verdict=verdict, reason=pick(self.draw, reasons))

    def _step(self, at: datetime, name: str, slot: Slot | None) -> None:
        said: dict[str, Any] = {"by": self.work.assurer if name in BY_ASSURERS else self.work.owner}
        if name in REASONS:
            said["reason"] = pick(self.draw, REASONS[name])
        if name == "submit":
            said["outcome"] = say(self.draw, words.OUTCOMES)
        if name == "decline":
            said["risk_carrier"] = pick(self.draw, words.POSTS)
        if name == "supersede":
            said |= {"by": self.work.inspector, "successor": self.actions[0].slot}
        self.later(at, self.work.step, name=name, slot=slot, **said)

    def _any_action(self) -> Planned | None:
        return self.draw.choice(self.actions) if self.draw.random() < 0.88 else None

    def _instants(self, first: date, last: date, count: int) -> list[datetime]:
        return instants(self.draw, first=first, last=last, count=count)


BY_ASSURERS = ("return", "close", "accept_decline", "reopen")
REASONS = {
    "withdraw": words.WITHDRAWN,
    "return": words.RETURNED,
    "close": words.CLOSED,
    "decline": words.DECLINED,
    "accept_decline": words.DECLINE_ACCEPTED,
    "reopen": words.REOPENED,
    "supersede": words.SUPERSEDED,
}
