"""The action plan of an inspection as the paper plan has it: a title block, and rows of six columns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from recommendations.models import Action, Inspection, Recommendation, Response, User
from recommendations.models.base import late_in_words
from recommendations.models.response import Answer
from recommendations.queries.statuses import with_times_moved
from recommendations.queries.visibility import reaches, visible
from recommendations.wording.dates import day, times
from recommendations.wording.references import numbers_in_words

HEADINGS = (
    "Rec no",
    "Recommendation",
    "Agreed/Partly/Not agreed",
    "Response: action taken/planned",
    "Responsible owner",
    "Target date",
)
SPANNING = 3
"""The first columns are about the recommendation and span the rows of its actions."""


@dataclass(frozen=True)
class PlanEntry:
    """The last three columns of one line. `owner` and `target` may have several lines, or be empty.

    An entry of an action has a label ("1a") and a status; an entry of a response has neither.
    """

    text: str
    owner: str = ""
    target: str = ""
    label: str = ""
    status: str = ""

    @property
    def response(self) -> str:
        """The text of the fourth column, in lines."""
        text = f"{self.label}. {self.text}" if self.label else self.text
        return f"{text}\nStatus: {self.status}" if self.status else text


NOTHING = PlanEntry("")


@dataclass(frozen=True)
class PlanRow:
    """A recommendation with at least one entry. `is_whole` says whether the user's role covers its owner.

    Other users read the published part, and the actions that their own organisation leads.
    """

    number: int
    reference: str
    text: str
    addressee: str
    owner: str
    is_whole: bool
    answer: str
    entries: tuple[PlanEntry, ...]


@dataclass(frozen=True)
class Plan:
    title: str
    reference: str
    inspected: str
    inspectorate: str
    published: str
    as_at: date
    source: str
    rows: tuple[PlanRow, ...]

    @property
    def details(self) -> list[tuple[str, str]]:
        """The title block: pairs of heading and value."""
        return [
            ("Inspected body", self.inspected),
            ("Inspectorate", self.inspectorate),
            ("Report published", self.published),
            ("Plan as at", day(self.as_at)),
            *self._bodies(),
            ("Source", self.source),
        ]

    @property
    def notes(self) -> list[str]:
        """A note about rows that the user reads only in part; empty if there are none."""
        partly = [row.number for row in self.rows if not row.is_whole]
        if not partly:
            return []
        them = "recommendations" if len(partly) > 1 else "recommendation"
        return [
            f"The reader for whom this copy was made cannot read all of {them} {numbers_in_words(partly)}."
            " It shows the published part, and the actions that the reader’s organisation leads."
            " An empty cell does not mean that nothing was written."
        ]

    def in_columns(self) -> Iterator[list[tuple[int | str, ...]]]:
        """For each recommendation, its lines of six cells."""
        for row in self.rows:
            first = (row.number, row.text, row.answer)
            yield [(*first, entry.response, entry.owner, entry.target) for entry in row.entries]

    def _bodies(self) -> list[tuple[str, str]]:
        addressees = _with_numbers((row.addressee, row.number) for row in self.rows)
        owners = _with_numbers((row.owner, row.number) for row in self.rows)
        if addressees == owners:
            return [("Addressed to, and owned by", owners)]
        return [("Addressed to", addressees), ("Owned by", owners)]


def plan_of(inspection: Inspection, user: User, *, on: date) -> Plan:
    """The plan on the day `on`, with as much as `user` may read of it. Five queries.

    The inspection is one that the user sees, with its bodies loaded (`for_list`).
    """
    recommendations = visible(inspection.recommendations.all(), user, on=on)
    whole = set(recommendations.filter(reaches(user, "owner")).order_by().values_list("pk", flat=True))
    answers = _last_answers(inspection, user, on)
    actions = _entries(_actions(inspection, user, on), on)
    return Plan(
        title=f"Action plan: {inspection.title}",
        reference=inspection.reference,
        inspected=inspection.inspected.name,
        inspectorate=inspection.inspectorate.name,
        published=inspection.published_in_words,
        as_at=on,
        source=_source(inspection),
        rows=tuple(
            _row(one, is_whole=one.pk in whole, answer=answers.get(one.pk), actions=actions[one.pk])
            for one in recommendations.select_related("addressee", "owner").order_by("number")
        ),
    )


def _last_answers(inspection: Inspection, user: User, on: date) -> dict[int, Response]:
    rows = visible(Response.objects.filter(recommendation__inspection=inspection), user, on=on)
    return {response.recommendation_id: response for response in rows.order_by("number")}


def _actions(inspection: Inspection, user: User, on: date) -> QuerySet[Action]:
    rows = visible(Action.objects.filter(recommendation__inspection=inspection), user, on=on)
    loaded = with_times_moved(rows).select_related("lead").prefetch_related("contributors")
    return loaded.order_by("recommendation", "id")


def _entries(actions: QuerySet[Action], on: date) -> dict[int, list[PlanEntry]]:
    """Key of a recommendation → its entries. A successor that the user cannot read is not named."""
    labels: dict[int | None, str] = {action.pk: action.label for action in actions}
    entries: dict[int, list[PlanEntry]] = defaultdict(list)
    for action in actions:
        entry = _entry(action, on=on, successor=labels.get(action.successor_id))
        entries[action.recommendation_id].append(entry)
    return entries


def _row(
    recommendation: Recommendation, *, is_whole: bool, answer: Response | None, actions: list[PlanEntry]
) -> PlanRow:
    said = _said(answer) if answer else ""
    entries = [*([PlanEntry(said)] if said else []), *actions]
    if is_whole and not actions and (answer is None or answer.answer != Answer.NOT_AGREED):
        entries.append(PlanEntry("No action planned"))
    unanswered = "No response yet" if is_whole else ""
    return PlanRow(
        number=recommendation.number,
        reference=recommendation.reference,
        text=recommendation.text,
        addressee=recommendation.addressee.name,
        owner=recommendation.owner.name,
        is_whole=is_whole,
        answer=answer.get_answer_display() if answer else unanswered,
        entries=tuple(entries) or (NOTHING,),
    )


def _said(response: Response) -> str:
    """The accepted part and the reason, in lines; empty if the response has neither."""
    parts = {"Accepted part": response.accepted_part, "Reason": response.reason}
    return "\n".join(f"{what}: {words}" for what, words in parts.items() if words)


def _entry(action: Any, *, on: date, successor: str | None) -> PlanEntry:
    partners = [body.name for body in action.contributors.all()]
    who = [action.responsible_post, action.lead.name, *([f"With {', '.join(partners)}"] if partners else [])]
    return PlanEntry(
        label=action.label,
        text=action.description,
        status=_status(action, on=on, successor=successor),
        # The post and not the person, as on paper: the plan goes further than this service.
        owner="\n".join(who),
        target=_target(action),
    )


def _status(action: Action, *, on: date, successor: str | None) -> str:
    """ "In progress. Overdue by 12 days", "Closed", "Superseded by 1c"."""
    words = action.get_status_display()
    if successor:
        return f"{words} by {successor}"
    late = (on - action.target_latest).days if action.is_open and action.target_latest else 0
    return f"{words}. {late_in_words(late)}" if late > 0 else words


def _target(action: Any) -> str:
    """The target in the words in which it was given, and how it moved."""
    words = action.target_words or "No date given"
    if not action.times_moved:
        return words
    first = f"first due {action.original_words}" if action.original_words else "at first without a date"
    return f"{words}\nMoved {times(action.times_moved)}, {first}"


def _source(inspection: Inspection) -> str:
    """The source of the quoted recommendations. Reports of HM inspectorates are Crown copyright."""
    isbn = f", ISBN {inspection.isbn}" if inspection.isbn else ""
    return (
        f"Recommendations: {inspection.inspectorate}, {inspection.published_in_words}{isbn}."
        f" © Crown copyright {inspection.published_latest.year}, Open Government Licence v3.0."
    )


def _with_numbers(pairs: Iterable[tuple[str, int]]) -> str:
    """Organisations with the numbers of their recommendations: "South West region (7)"."""
    held: dict[str, list[int]] = defaultdict(list)
    for name, number in pairs:
        held[name].append(number)
    return "; ".join(f"{name} ({numbers_in_words(numbers)})" for name, numbers in held.items())
