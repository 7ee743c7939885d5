"""The accessibility statement, which anybody may read."""

from typing import Any

from django.conf import settings
from django.views.generic import TemplateView


class Accessibility(TemplateView):
    template_name = "pages/accessibility.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"title": "Accessibility statement", "contact": settings.SERVICE_CONTACT}
        return super().get_context_data(**kwargs) | shown
