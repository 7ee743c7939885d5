"""A made-up story told through the operations alone: data to look at, in a database that says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from recommendations.errors import DomainError, Refused
from recommendations.models import Action, Inspection, Measure, Organisation, Recommendation, User
from recommendations.models.base import in_words
from recommendations.operations import actions, evidence, readings, responses, reviews, targets, updates
from recommendations.operations.accounts import create_account, grant_role, hand_over, system_actor
from recommendations.operations.conditions import StepInput
from recommendations.operations.origin import through
from recommendations.operations.transitions import take_step

Entry = dict[str, Any]
OPENING = time(9, 30)
PAUSE = timedelta(minutes=7)  # Between two entries of one day, so that their instants differ.
GIVEN = ("reason", "outcome", "risk_carrier", "why_no_action")


def beginning(story: Entry, *, on: date) -> datetime:
    """The instant at which the story begins, if it is to end with the day `on`."""
    first = on - timedelta(days=story["days"])
    return timezone.make_aware(datetime.combine(first, OPENING))


def tell(story: Entry, *, on: date, progress: Callable[[int], None] | None = None) -> int:
    """Record the story so that it ends with the day `on`; return the number of entries.

    Calls `progress` after each entry. Raises Refused, which names the entry, if an operation refuses it;
    then no entry is recorded.
    """
    inspection = Inspection.objects.filter(reference=story["report"]).first()
    if inspection is None:
        raise Refused([f"The story is about {story['report']}, which is not recorded."])
    telling = _Telling(inspection, beginning(story, on=on))
    told = 0
    with through("story"), transaction.atomic():
        telling.introduce(story["people"])
        for at, number, entry in _in_order(story, telling.begin):
            try:
                telling.record(at, number, entry)
            except DomainError as refusal:
                what = f"recommendation {number}, day {entry['day']}, {entry['do']}"
                raise Refused([f"The story was refused at {what}: {refusal}"]) from refusal
            told += 1
            if progress:
                progress(1)
    return told


def _in_order(story: Entry, begin: datetime) -> Iterator[tuple[datetime, int, Entry]]:
    """Every entry with its instant, day by day; of one day in the order of the file."""
    entries = [(part["number"], entry) for part in story["recommendations"] for entry in part["entries"]]
    last, count = 0, 0
    for number, entry in sorted(entries, key=lambda pair: pair[1]["day"]):
        count = count + 1 if entry["day"] == last else 0
        last = entry["day"]
        yield begin + timedelta(days=entry["day"]) + count * PAUSE, number, entry


@dataclass
class _Telling:
    """The rows that the names in the story refer to."""

    inspection: Inspection
    begin: datetime
    people: dict[str, User] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)

    def introduce(self, people: list[Entry]) -> None:
        system = system_actor()
        for one in people:
            first, _, last = one["name"].partition(" ")
            self.people[one["username"]] = user = create_account(
                username=one["username"],
                password=None,  # No sign-in: these people are made up.
                first_name=first,
                last_name=last,
                by=system,
                at=self.begin,
            )
            home, reach = (Organisation.objects.get(slug=one[name]) for name in ("home", "reach"))
            grant_role(user=user, role=one["role"], home=home, reach=reach, by=system, at=self.begin)

    def record(self, at: datetime, number: int, entry: Entry) -> None:
        recommendation = self.inspection.recommendations.get(number=number)
        made = DEEDS.get(entry["do"], _step)(self, recommendation, entry, self.people[entry["by"]], at)
        if "as" in entry:
            self.named[entry["as"]] = made

    def day(self, number: int) -> date:
        return timezone.localdate(self.begin + timedelta(days=number))

    def target(self, entry: Entry) -> str:
        """The words of a target: those given, or a day of the story as people say it."""
        target = entry["target"]
        if isinstance(target, str):
            return target
        day = self.day(target)
        return in_words(day.replace(day=1), day, "month") if entry.get("said") else in_words(day, day, "day")


def _action(recommendation: Recommendation, entry: Entry) -> Action | None:
    return recommendation.actions.get(label=entry["action"]) if "action" in entry else None


def _respond(
    telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime
) -> Model:
    said = {name: entry.get(name, "") for name in ("answer", "accepted_part", "reason")}
    return responses.respond(
        recommendation=recommendation, version=recommendation.version, **said, by=by, at=at
    )


def _plan(telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime) -> Model:
    return actions.plan_action(
        recommendation=recommendation,
        description=entry["description"],
        lead=Organisation.objects.get(slug=entry["lead"]),
        responsible_post=entry["post"],
        person=telling.people.get(entry.get("person", "")),
        contributors=list(Organisation.objects.filter(slug__in=entry.get("contributors", ()))),
        target_date=telling.target(entry),
        by=by,
        at=at,
    )


def _revise(telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime) -> Model:
    action = recommendation.actions.get(label=entry["action"])
    return targets.revise_target(
        action=action,
        version=action.version,
        target_date=telling.target(entry),
        reason=entry["reason"],
        by=by,
        at=at,
    )


def _update(telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime) -> Model:
    action = _action(recommendation, entry)
    return updates.record_update(
        recommendation=recommendation, action=action, text=entry["text"], by=by, at=at
    )


def _attach(telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime) -> Model:
    return evidence.attach_evidence(
        recommendation=recommendation,
        action=_action(recommendation, entry),
        title=entry["title"],
        level=entry["level"],
        url=entry.get("link", ""),
        document_reference=entry.get("document_reference", ""),
        represents=telling.day(entry["represents"]),
        expires=telling.day(entry["expires"]) if "expires" in entry else None,
        declared_no_personal_data=True,
        by=by,
        at=at,
    )


def _judge(telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime) -> Model:
    piece = telling.named[entry["evidence"]]
    said = {name: entry[name] for name in ("verdict", "reason")}
    return evidence.judge_evidence(evidence=piece, version=piece.version, **said, by=by, at=at)


def _reading(
    telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime
) -> Model:
    return readings.add_reading(
        measure=Measure.objects.get(recommendation=recommendation, slug=entry["measure"]),
        taken_on=timezone.localdate(at),
        source=entry["source"],
        value=Decimal(entry["value"]) if "value" in entry else None,
        n=entry.get("n"),
        out_of=entry.get("out_of"),
        by=by,
        at=at,
    )


def _review(telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime) -> Model:
    said = {name: entry[name] for name in ("judgement", "narrative")}
    return reviews.record_review(recommendation=recommendation, **said, by=by, at=at)


def _hand_over(
    telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime
) -> Any:
    leaver, to = telling.people[entry["from"]], telling.people[entry["to"]]
    return hand_over(leaver=leaver, to=to, by=by, at=at)


def _step(telling: _Telling, recommendation: Recommendation, entry: Entry, by: User, at: datetime) -> Model:
    subject = _action(recommendation, entry) or recommendation
    given = StepInput(
        **{name: entry.get(name, "") for name in GIVEN}, acknowledged=tuple(entry.get("acknowledged", ()))
    )
    return take_step(subject=subject, step=entry["do"], version=subject.version, given=given, by=by, at=at)


DEEDS: dict[str, Callable[..., Any]] = {
    "respond": _respond,
    "plan": _plan,
    "revise": _revise,
    "update": _update,
    "attach": _attach,
    "judge": _judge,
    "reading": _reading,
    "review": _review,
    "hand_over": _hand_over,
}
