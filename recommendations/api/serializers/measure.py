from rest_framework import serializers

from recommendations.api.serializers.base import (
    PersonBrief,
    RecommendationBrief,
    RowSerializer,
    ScopedId,
    StrictSerializer,
)
from recommendations.api.serializers.declarations import reads
from recommendations.api.serializers.scopes import measures
from recommendations.models import Measure, Reading
from recommendations.models.measure import figure_in_words


class BaselineSerializer(RowSerializer):
    """The figure as printed: `value` in `unit`, or `n` out of `out_of`, and the passage of the report."""

    url = serializers.HyperlinkedIdentityField("measure-detail")
    key_question: serializers.Field = serializers.SlugRelatedField("number", read_only=True, allow_null=True)
    in_words = serializers.SerializerMethodField()

    class Meta:
        model = Measure
        fields = [
            "id",
            "url",
            "slug",
            "question",
            "key_question",
            "unit",
            "better",
            "qualifier",
            "value",
            "n",
            "out_of",
            "in_words",
            "target",
            "section",
            "passage",
            "note",
        ]

    @staticmethod
    @reads("unit", "qualifier", "value", "n", "out_of")
    def get_in_words(row: Measure) -> str:
        return figure_in_words(row)


class MeasureSerializer(BaselineSerializer):
    recommendation = RecommendationBrief()

    class Meta(BaselineSerializer.Meta):
        fields = [*BaselineSerializer.Meta.fields, "recommendation", "sequence"]


class ReadingSerializer(RowSerializer):
    """A later figure for a measure; `movement` compares it with the baseline.

    `p_value` is that of Fisher's exact test; null if there are too few cases to tell.
    """

    url = serializers.HyperlinkedIdentityField("reading-detail")
    measure: serializers.Field = serializers.HyperlinkedRelatedField("measure-detail", read_only=True)
    recommendation = RecommendationBrief(source="measure.recommendation")
    recorded_by = PersonBrief()

    class Meta:
        model = Reading
        fields = [
            "id",
            "url",
            "measure",
            "recommendation",
            "taken_on",
            "value",
            "n",
            "out_of",
            "source",
            "note",
            "movement",
            "p_value",
            "recorded_by",
            "recorded_at",
            "sequence",
        ]


class NewReading(StrictSerializer):
    """A `value` in the measure's unit, `n` out of `out_of`, or both."""

    measure = ScopedId(measures)
    taken_on = serializers.DateField()
    value = serializers.DecimalField(max_digits=9, decimal_places=2, required=False, allow_null=True)
    n = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    out_of = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    source = serializers.CharField(max_length=300)  # type: ignore[assignment]  # A field, by its name.
    note = serializers.CharField(required=False, allow_blank=True)
