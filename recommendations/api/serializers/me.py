from typing import Any

from rest_framework import serializers

from recommendations.api.serializers.base import OrganisationBrief, PersonBrief
from recommendations.models import AccessToken, Membership, User
from recommendations.roles import CAPABILITIES, REACHES_EVERYTHING


class RoleSerializer(serializers.ModelSerializer):
    """A role: the organisation the person works for (`home`), the one it covers with all below (`reach`), and
    its capabilities."""

    home = OrganisationBrief()
    reach = OrganisationBrief()
    reaches_everything = serializers.SerializerMethodField()
    capabilities = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ["role", "home", "reach", "reaches_everything", "capabilities"]

    def get_reaches_everything(self, membership: Membership) -> bool:
        return membership.role in REACHES_EVERYTHING

    def get_capabilities(self, membership: Membership) -> list[str]:
        return sorted(capability.name.lower() for capability in CAPABILITIES[membership.role])


class MeSerializer(PersonBrief):
    """The caller and their roles. `may_write` is false for a token that may only read."""

    may_write = serializers.SerializerMethodField()
    roles = RoleSerializer(many=True, source="current_roles")

    class Meta(PersonBrief.Meta):
        fields = ["username", "name", "may_write", "roles"]

    def get_may_write(self, user: User) -> bool:
        token: Any = self.context["request"].auth
        return not isinstance(token, AccessToken) or token.may_write
