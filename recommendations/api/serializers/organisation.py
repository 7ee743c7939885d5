from rest_framework import serializers

from recommendations.api.serializers.base import OrganisationBrief, Row
from recommendations.models import Organisation


class OrganisationSerializer(Row):
    url = serializers.HyperlinkedIdentityField("organisation-detail", lookup_field="slug")
    parent = OrganisationBrief(allow_null=True)
    aliases: serializers.Field = serializers.SlugRelatedField("name", many=True, read_only=True)

    class Meta:
        model = Organisation
        fields = ["slug", "name", "url", "level", "parent", "aliases", "made_up", "sequence"]
