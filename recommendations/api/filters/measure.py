import django_filters

from recommendations.api.filtering import Changes, Day, Number
from recommendations.models import Measure, Reading
from recommendations.models.measure import Unit


class MeasureFilter(Changes):
    inspection = django_filters.CharFilter(
        "recommendation__inspection__reference", label="Reference of the inspection."
    )
    recommendation = django_filters.CharFilter(
        "recommendation__reference", label="Reference of the recommendation."
    )
    key_question = django_filters.CharFilter(
        "key_question__number", label="Number of the key question, such as 2.2.3."
    )
    unit = django_filters.ChoiceFilter(choices=Unit.choices)

    class Meta:
        model = Measure
        fields: list[str] = []


class ReadingFilter(Changes):
    measure = Number("measure")
    recommendation = django_filters.CharFilter(
        "measure__recommendation__reference", label="Reference of the recommendation."
    )
    taken_from = Day("taken_on", lookup_expr="gte")
    taken_to = Day("taken_on", lookup_expr="lte")

    class Meta:
        model = Reading
        fields: list[str] = []
