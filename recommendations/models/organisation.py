"""Bodies that own, assure or inspect work, and the tree that they form."""

import unicodedata
from typing import Self

from django.db import models
from django.db.models import Q

from recommendations.models.base import Recorded, Versioned, known, not_blank


class Level(models.TextChoices):
    NATIONAL_SERVICE = "national_service", "National service"
    REGION = "region", "Region"
    PDU = "pdu", "Probation delivery unit"
    PARTNER = "partner", "Partner"
    ASSURANCE = "assurance", "Assurance body"
    INSPECTORATE = "inspectorate", "Inspectorate"


def name_key(name: str) -> str:
    """The form of a name that is compared. The databases fold case differently, so Python does it."""
    apart = unicodedata.normalize("NFD", " ".join(name.split()))
    return unicodedata.normalize("NFC", apart.casefold())


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def named(self, words: str) -> Self:
        """Organisations whose name or alias is `words`, ignoring case."""
        key = name_key(words)
        return self.filter(
            Q(name_key=key) | Q(pk__in=OrganisationAlias.objects.filter(name_key=key).values("organisation"))
        )

    def below(self, slug: str) -> Self:
        """The organisation with this slug and all under it."""
        return self.filter(ancestor_paths__ancestor__slug=slug)


class Organisation(Versioned, Recorded):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=600, unique=True, editable=False)
    level = models.CharField(max_length=20, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    made_up = models.BooleanField(default=False, help_text="For demonstration: no such body exists.")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=known("level", Level.choices), name="organisation_level_is_known"
            ),
            models.CheckConstraint(condition=not_blank("name"), name="organisation_has_a_name"),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="organisation_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | ~Q(level__in=[Level.REGION, Level.PDU]),
                name="organisation_of_the_line_has_a_parent",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(level=Level.NATIONAL_SERVICE),
                name="organisation_national_service_is_a_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationAlias(models.Model):
    """Another name under which reports and plans speak of an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=600, unique=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "organisation aliases"
        constraints = [
            models.CheckConstraint(condition=not_blank("name"), name="organisation_alias_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationPath(models.Model):
    """The tree, closed: one row for each organisation and each ancestor, itself included (depth 0).

    It makes "this and everything under it" one indexed join on both databases. Operations keep it.
    """

    ancestor = models.ForeignKey(Organisation, models.CASCADE, related_name="descendant_paths")
    descendant = models.ForeignKey(Organisation, models.CASCADE, related_name="ancestor_paths")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="organisation_path_is_unique"),
            models.CheckConstraint(
                condition=Q(depth=0, ancestor=models.F("descendant"))
                | (Q(depth__gt=0) & ~Q(ancestor=models.F("descendant"))),
                name="organisation_path_depth_is_true",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} over {self.descendant_id}"
