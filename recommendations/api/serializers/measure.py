from rest_framework import serializers

from recommendations.api.serializers.base import PersonBrief, RecommendationBrief
from recommendations.models import Measure, Reading


class BaselineSerializer(serializers.ModelSerializer):
    """The figure as printed: `value` in `unit`, or `n` out of `out_of`, with the passage it stands in."""

    url = serializers.HyperlinkedIdentityField("measure-detail")
    key_question: serializers.Field = serializers.SlugRelatedField("number", read_only=True, allow_null=True)
    in_words = serializers.CharField(source="baseline_in_words", read_only=True)

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


class MeasureSerializer(BaselineSerializer):
    recommendation = RecommendationBrief()

    class Meta(BaselineSerializer.Meta):
        fields = [*BaselineSerializer.Meta.fields, "recommendation"]


class ReadingSerializer(serializers.ModelSerializer):
    """A later answer to a measure's question."""

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
            "recorded_by",
            "recorded_at",
        ]
