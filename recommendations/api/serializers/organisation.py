from rest_framework import serializers

from recommendations.api.serializers.base import OrganisationBrief, RowSerializer
from recommendations.api.serializers.declarations import Related
from recommendations.models import Organisation


class OrganisationSerializer(RowSerializer):
    """A body that owns, assures or inspects work, or leads a part of it."""

    url = serializers.HyperlinkedIdentityField("organisation-detail", lookup_field="slug")
    parent = OrganisationBrief(allow_null=True)
    aliases: serializers.Field = serializers.SlugRelatedField("name", many=True, read_only=True)

    related = {"aliases": Related(lambda rows, query: rows.order_by("name", "pk"))}

    class Meta:
        model = Organisation
        fields = ["slug", "name", "url", "level", "parent", "aliases", "made_up", "sequence"]
