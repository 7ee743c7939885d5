from recommendations.api.filters.base import Changes, Choice, Day, Text, WholeNumber
from recommendations.models import Measure, Reading
from recommendations.models.measure import Unit


class MeasureFilter(Changes):
    inspection = Text("recommendation__inspection__reference", label="Reference of the inspection.")
    recommendation = Text("recommendation__reference", label="Reference of the recommendation.")
    key_question = Text("key_question__number", label="Number of the key question, such as 2.2.3.")
    unit = Choice(choices=Unit.choices)

    class Meta:
        model = Measure
        fields: list[str] = []


class ReadingFilter(Changes):
    measure = WholeNumber("measure__id")
    recommendation = Text("measure__recommendation__reference", label="Reference of the recommendation.")
    taken_from = Day("taken_on", lookup_expr="gte")
    taken_to = Day("taken_on", lookup_expr="lte")

    class Meta:
        model = Reading
        fields: list[str] = []
