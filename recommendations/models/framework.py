"""The inspectorate's framework: standards, key questions, rating bands, judgement scale.

A framework is versioned data. A version in use is never changed: a new one is added.
"""

from typing import Self

from django.db import models
from django.db.models import Q

from recommendations import framework as method
from recommendations.models.base import not_blank


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def with_parts(self) -> Self:
        """Load ratings, judgements, standards and their key questions with it."""
        return self.prefetch_related("ratings", "judgements", "standards__key_questions")


class Framework(models.Model):
    slug = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    discretion_points = models.PositiveSmallIntegerField(
        help_text="How far below a boundary, in percentage points, a figure may lie and still be lifted."
    )

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="framework_version_is_unique"),
            models.CheckConstraint(condition=Q(version__gt=0), name="framework_version_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def name_with_version(self) -> str:
        """How seed files and commands name it: `hmip-pdu-1`."""
        return f"{self.slug}-{self.version}"

    def as_method(self) -> method.Method:
        """The framework as dataclasses, for intake and the rating method."""
        standards = self.standards.all()
        return method.Method(
            slug=self.slug,
            version=self.version,
            name=self.name,
            domains=tuple(dict.fromkeys((s.domain, s.domain_name) for s in standards)),
            ratings=tuple(rating.as_part() for rating in self.ratings.all()),
            judgements=tuple(judgement.as_part() for judgement in self.judgements.all()),
            standards=tuple(standard.as_part() for standard in standards),
            discretion_points=self.discretion_points,
        )


class Rating(models.Model):
    """One step of the rating scale, with its score and the lowest figures that earn it."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="ratings")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    score = models.PositiveSmallIntegerField()
    percentage_from = models.PositiveSmallIntegerField()
    total_from = models.PositiveSmallIntegerField()
    percentage_confirmed = models.BooleanField()
    total_confirmed = models.BooleanField()

    class Meta:
        ordering = ["framework", "score"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="rating_code_is_unique"),
            models.UniqueConstraint(fields=["framework", "score"], name="rating_score_is_unique"),
            models.CheckConstraint(condition=Q(percentage_from__lte=100), name="rating_band_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return self.name

    def as_part(self) -> method.RatingLevel:
        return method.RatingLevel(
            code=self.code,
            name=self.name,
            score=self.score,
            percentage_from=self.percentage_from,
            total_from=self.total_from,
            percentage_confirmed=self.percentage_confirmed,
            total_confirmed=self.total_confirmed,
        )


class Judgement(models.Model):
    """One step of the scale on which an inspector judges progress."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="judgements")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    verified = models.BooleanField()
    definition = models.TextField()

    class Meta:
        ordering = ["framework", "order"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="judgement_code_is_unique"),
            models.UniqueConstraint(fields=["framework", "order"], name="judgement_order_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def as_part(self) -> method.JudgementLevel:
        return method.JudgementLevel(
            code=self.code,
            name=self.name,
            order=self.order,
            verified=self.verified,
            definition=self.definition,
        )


class Standard(models.Model):
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="standards")
    number = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    domain = models.PositiveSmallIntegerField()
    domain_name = models.CharField(max_length=100)
    rated = models.BooleanField()

    class Meta:
        ordering = ["framework", "number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="standard_number_is_unique"),
            models.CheckConstraint(
                condition=not_blank("number") & not_blank("name"),
                name="standard_has_number_and_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def as_part(self) -> method.StandardDefinition:
        return method.StandardDefinition(
            number=self.number,
            name=self.name,
            domain=self.domain,
            rated=self.rated,
            key_questions=tuple(
                method.KeyQuestionDefinition(number=question.number, text=question.text)
                for question in self.key_questions.all()
            ),
        )


class KeyQuestion(models.Model):
    standard = models.ForeignKey(Standard, models.CASCADE, related_name="key_questions")
    number = models.CharField(max_length=10)
    text = models.TextField()

    class Meta:
        ordering = ["standard__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="key_question_number_is_unique"),
            models.CheckConstraint(condition=not_blank("text"), name="key_question_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
