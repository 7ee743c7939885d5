from collections.abc import Iterable
from operator import itemgetter

from django.db.models import Manager, Model
from rest_framework import serializers

from recommendations.api.serializers.base import RowSerializer
from recommendations.api.serializers.declarations import Related
from recommendations.models import Framework, Judgement, KeyQuestion, Rating, Standard


class NumberOrder(serializers.ListSerializer):
    """Sorted by the letters of their numbers: databases order “2.10” and “2.2” by rules of their own."""

    def to_representation(self, data: Manager | Iterable[Model]) -> list[dict[str, str]]:
        return self.arrange(super().to_representation(data))

    def arrange(self, items: Iterable[dict[str, str]]) -> list[dict[str, str]]:
        return sorted(items, key=itemgetter("number"))


class KeyQuestionSerializer(serializers.ModelSerializer):
    class Meta:
        list_serializer_class = NumberOrder
        model = KeyQuestion
        fields = ["number", "text"]


class StandardBrief(serializers.ModelSerializer):
    class Meta:
        list_serializer_class = NumberOrder
        model = Standard
        fields = ["number", "name"]


class StandardSerializer(serializers.ModelSerializer):
    key_questions = KeyQuestionSerializer(many=True)
    related = {"key_questions": Related(lambda rows, query: rows.order_by("number", "pk"))}

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


class PublishedStandardSerializer(RowSerializer):
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


class FrameworkSerializer(RowSerializer):
    """The inspectorate's rating method, whole."""

    url = serializers.HyperlinkedIdentityField("framework-detail")
    ratings = RatingSerializer(many=True)
    judgements = JudgementSerializer(many=True)
    standards = StandardSerializer(many=True)
    related = {
        "ratings": Related(lambda rows, query: rows.order_by("score", "pk"), ("name",)),
        "judgements": Related(lambda rows, query: rows.order_by("order", "pk"), ("name",)),
        "standards": Related(lambda rows, query: rows.order_by("number", "pk"), ("number",)),
    }

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
