"""A row of the summary: each field names the columns of a recommendation that it counts.

The numbers are computed in `read_models/summary.py`, from the tally of each column.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from rest_framework import serializers

from recommendations import workflow
from recommendations.api.serializers.base import OrganisationBrief, RowSerializer
from recommendations.api.serializers.declarations import Annotation, QueryContext
from recommendations.api.serializers.recommendation_annotations import ANNOTATIONS
from recommendations.models import Action, Organisation, Recommendation
from recommendations.models.action import ScheduleStatus
from recommendations.models.base import DaysFrom
from recommendations.queries.parameters import end_of
from recommendations.queries.statuses import AcceptedLevel, UnsupportedClaimReason
from recommendations.queries.visibility import reaches, visible
from recommendations.read_models.summary import (
    CODES,
    NONE,
    OPEN,
    Tally,
    number_with,
    numbers_by_code,
    numbers_by_reason,
    open_age,
)

# The values of `by`, and the column of each.
SPLITS = {
    "response": "fact_answer",
    "status": "status_on_day",
    "evidence_level": "evidence_level",
    "schedule_status": "schedule_status",
    "judgement": "judgement",
    "unsupported_claim": "unsupported_claim",
}
OWNER = "counted_for"


class Counted:
    """A field that counts recommendations: `value` is computed from the tallies of `columns`."""

    columns: tuple[str, ...] = ()

    def codes(self, judgements: Sequence[str]) -> Sequence[str]:
        """The names of the numbers of an object, in a table a column each; none of a plain number."""
        return ()

    def value(self, tallies: Sequence[Tally], judgements: Sequence[str]) -> Any:
        raise NotImplementedError


class CountedNumber(Counted, serializers.IntegerField):
    """How many recommendations have one of `values` in a column; without `values`, any."""

    def __init__(self, column: str, values: Collection[Any] | None = None) -> None:
        self.columns, self.values = (column,), values
        super().__init__()

    def value(self, tallies: Sequence[Tally], judgements: Sequence[str]) -> int:
        (tally,) = tallies
        return number_with(tally, self.values)


class CountedObject(Counted, serializers.Serializer):
    """Numbers by name: its fields, in their order, are what `numbers` gives."""

    def codes(self, judgements: Sequence[str]) -> Sequence[str]:
        return list(self.fields)

    def value(self, tallies: Sequence[Tally], judgements: Sequence[str]) -> dict[str, Any]:
        return dict(zip(self.fields, self.numbers(*tallies), strict=True))

    def numbers(self, *tallies: Tally) -> Sequence[Any]:
        raise NotImplementedError


class CountedCodes(CountedObject):
    """How many recommendations have each of a few codes in a column."""

    known: tuple[str, ...] = ()

    def get_fields(self) -> dict[str, serializers.Field]:
        return {code: serializers.IntegerField() for code in self.known}

    def numbers(self, *tallies: Tally) -> Sequence[int]:
        return list(numbers_by_code(tallies[0], self.known).values())


class SummaryResponse(CountedCodes):
    """How many recommendations have each response."""

    columns, known = ("fact_answer",), CODES["response"]


class SummaryStatus(CountedCodes):
    """How many recommendations have each status."""

    columns, known = ("status_on_day",), CODES["status"]


class SummaryEvidenceLevel(CountedCodes):
    """How many recommendations have each evidence level."""

    columns, known = ("evidence_level",), CODES["evidence_level"]


class SummaryScheduleStatus(CountedCodes):
    """How many recommendations have each schedule status."""

    columns, known = ("schedule_status",), CODES["schedule_status"]


class SummaryUnsupportedClaimReasons(CountedCodes):
    """How many recommendations have an unsupported claim, for each reason."""

    columns, known = (
        tuple(f"unsupported_{reason}" for reason in UnsupportedClaimReason.values),
        tuple(UnsupportedClaimReason.values),
    )

    def numbers(self, *tallies: Tally) -> Sequence[int]:
        return list(numbers_by_reason(tallies).values())


class CountedJudgements(Counted, serializers.DictField):
    """How many recommendations have each judgement of the frameworks, and how many none."""

    columns = ("judgement",)

    def __init__(self) -> None:
        super().__init__(child=serializers.IntegerField())

    def codes(self, judgements: Sequence[str]) -> Sequence[str]:
        return (NONE, *judgements)

    def value(self, tallies: Sequence[Tally], judgements: Sequence[str]) -> dict[str, int]:
        (tally,) = tallies
        return numbers_by_code(tally, self.codes(judgements))


class SummaryOrganisation(OrganisationBrief):
    class Meta:
        model = Organisation
        fields = ["slug", "name", "level", "url"]


class SplitSerializer(serializers.Serializer):
    """What the row is split by: those that are named in `by`."""

    response = serializers.ChoiceField(choices=CODES["response"], required=False)
    status = serializers.ChoiceField(choices=workflow.RECOMMENDATION.choices, required=False)
    evidence_level = serializers.ChoiceField(choices=AcceptedLevel.choices, required=False)
    schedule_status = serializers.ChoiceField(choices=ScheduleStatus.choices, required=False)
    judgement = serializers.CharField(required=False)
    unsupported_claim = serializers.BooleanField(required=False)


class OpenAgeSerializer(CountedObject):
    """Days since publication of those that are open: the mean, rounded, and the most. Null where none is."""

    columns = ("open_days",)
    mean = serializers.IntegerField(allow_null=True)
    oldest = serializers.IntegerField(allow_null=True)

    def numbers(self, *tallies: Tally) -> Sequence[int | None]:
        return open_age(tallies[0])


class ActionTotalsSerializer(CountedObject):
    """Actions of these recommendations: all; of those that the caller reads by a lead alone, the actions
    that they read."""

    columns = ("actions_read", "open_actions_read")
    total = serializers.IntegerField()
    open = serializers.IntegerField()

    def numbers(self, *tallies: Tally) -> Sequence[int]:
        return [sum(value * count for value, count in tally.items()) for tally in tallies]


class DatesMovedSerializer(CountedObject):
    """How many of the actions that the caller reads had their target moved, and how often."""

    # In its place come pairs: how many actions of the recommendation moved, and how often.
    columns = ("pk",)
    actions = serializers.IntegerField()
    moves = serializers.IntegerField()

    def numbers(self, *tallies: Tally) -> Sequence[int]:
        return [sum(pair[place] * count for pair, count in tallies[0].items()) for place in (0, 1)]


def _counted_for(rows: QuerySet, query: QueryContext) -> QuerySet:
    return rows.annotate(**{OWNER: F("as_it_stood__owner_id" if query.as_of else "owner_id")})


def _open_days(rows: QuerySet, query: QueryContext) -> QuerySet:
    days = When(status_on_day__in=OPEN, then=DaysFrom(F("inspection__published_latest"), query.day))
    return rows.annotate(open_days=Case(days, output_field=IntegerField()))


def _actions_read(rows: QuerySet, query: QueryContext) -> QuerySet:
    """The facts, for who reads the whole; for who leads actions of it, those that they read.

    Of a past day too these are those recorded by then; but whether one was open is not kept for each, so
    that it is how it stands today, as the list says it.
    """
    read = visible(Action.objects.filter(recommendation=OuterRef("pk")), query.user, on=query.today)
    if query.as_of:
        read = read.filter(created_at__lt=end_of(query.as_of))
    whole = reaches(query.user, "owner")

    def known(fact: str, actions: Any) -> Case:
        counted = actions.order_by().values("recommendation").annotate(total=Count("pk")).values("total")
        return Case(When(whole, then=F(fact)), default=Coalesce(Subquery(counted), 0))

    return rows.annotate(
        actions_read=known("fact_actions", read),
        open_actions_read=known("fact_open_actions", read.open()),
    )


class SummarySerializer(RowSerializer):
    """Counts of the recommendations of an organisation and all under it; without an organisation, of all in
    the caller's scope.

    Each of `response`, `status`, `evidence_level`, `schedule_status` and `judgement`, whose codes
    are `none` and those of the frameworks, adds up to `recommendations`.
    """

    organisation = SummaryOrganisation(allow_null=True)
    by = SplitSerializer(required=False)
    recommendations = CountedNumber(OWNER)
    response = SummaryResponse()
    status = SummaryStatus()
    evidence_level = SummaryEvidenceLevel()
    schedule_status = SummaryScheduleStatus()
    judgement = CountedJudgements()
    unsupported_claim = CountedNumber("unsupported_claim", [True])
    unsupported_claim_reasons = SummaryUnsupportedClaimReasons()
    no_recent_update = CountedNumber("no_recent_update", [True])
    open = CountedNumber("status_on_day", OPEN)
    open_age_days = OpenAgeSerializer()
    actions = ActionTotalsSerializer()
    dates_moved = DatesMovedSerializer()

    annotations = [
        *ANNOTATIONS,
        Annotation((OWNER,), _counted_for),
        Annotation(("open_days",), _open_days, needs=("status_on_day",)),
        Annotation(("actions_read", "open_actions_read"), _actions_read, needs=("fact_actions",)),
    ]
    # Its name is taken by what a row is split by.
    past_only = frozenset({"by"})

    class Meta:
        model = Recommendation
        fields = [
            "organisation",
            "recommendations",
            "response",
            "status",
            "evidence_level",
            "schedule_status",
            "judgement",
            "unsupported_claim",
            "unsupported_claim_reasons",
            "no_recent_update",
            "open",
            "open_age_days",
            "actions",
            "dates_moved",
            "by",
        ]
