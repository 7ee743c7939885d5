from rest_framework import serializers

from recommendations.api.serializers.base import Row
from recommendations.models import Framework, Judgement, KeyQuestion, Rating, Standard


class KeyQuestionSerializer(serializers.ModelSerializer):
    class Meta:
        model = KeyQuestion
        fields = ["number", "text"]


class StandardBrief(serializers.ModelSerializer):
    class Meta:
        model = Standard
        fields = ["number", "name"]


class StandardSerializer(serializers.ModelSerializer):
    key_questions = KeyQuestionSerializer(many=True)

    class Meta:
        model = Standard
        fields = ["number", "name", "domain", "domain_name", "rated", "key_questions"]


class RatingSerializer(serializers.ModelSerializer):
    """`percentage_from` and `total_from`: the lowest figure of the band; confirmed: read in a source."""

    class Meta:
        model = Rating
        fields = [
            "code",
            "name",
            "score",
            "percentage_from",
            "percentage_confirmed",
            "total_from",
            "total_confirmed",
        ]


class RatingBrief(serializers.ModelSerializer):
    class Meta:
        model = Rating
        fields = ["code", "name", "score"]


class JudgementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Judgement
        fields = ["code", "name", "order", "verified", "definition"]


class FrameworkBrief(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("framework-detail")

    class Meta:
        model = Framework
        fields = ["id", "slug", "version", "url"]


class PublishedStandardSerializer(Row):
    """A standard by itself, with the framework that it belongs to."""

    url = serializers.HyperlinkedIdentityField("standard-detail")
    framework = FrameworkBrief()

    class Meta:
        model = Standard
        fields = ["id", "url", "number", "name", "domain", "domain_name", "rated", "framework"]


class JudgementBrief(serializers.ModelSerializer):
    class Meta:
        model = Judgement
        fields = ["code", "name", "verified"]


class FrameworkSerializer(Row):
    """The inspectorate's measuring stick, whole."""

    url = serializers.HyperlinkedIdentityField("framework-detail")
    ratings = RatingSerializer(many=True)
    judgements = JudgementSerializer(many=True)
    standards = StandardSerializer(many=True)

    class Meta:
        model = Framework
        fields = [
            "id",
            "slug",
            "version",
            "name",
            "url",
            "discretion_points",
            "ratings",
            "judgements",
            "standards",
        ]
