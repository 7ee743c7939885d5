"""Workflow steps: `POST …/steps/` with the step, the version that was read, and the fields that it needs."""

from django.http import HttpResponse
from rest_framework.serializers import BaseSerializer

from recommendations.api.views.writes import WritableViewSet
from recommendations.models import Action, Recommendation
from recommendations.operations.conditions import StepInput
from recommendations.operations.transitions import take_step


class StepViewSet(WritableViewSet):
    """A resource with a workflow."""

    def take_step(self, serializer: type[BaseSerializer]) -> HttpResponse:
        """Take the step that the body names with the row of the address, and answer with the row."""

        def take() -> Recommendation | Action:
            subject = self.get_object()
            said = self.read_versioned(serializer)
            step, version = said.pop("step"), said.pop("version")
            given = StepInput(**said | {"acknowledged": tuple(said.get("acknowledged", ()))})
            return take_step(
                subject=subject, step=step, version=version, given=given, by=self.caller, at=self.now
            )

        return self.write(take)
