"""The table of a chart as CSV, for the same user and day."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

from recommendations.pages.views.scoped import ScopedPage


class Chart(ScopedPage):
    parameters = frozenset({"organisation"})

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        if self.wrong_day:
            raise BadRequest(" ".join(self.wrong_day))
        name, slug = self.kwargs["name"], request.GET.get("organisation")
        top = self.tree.by_slug(slug) if slug is not None else None
        figure = self.charts(top).figure(name)
        if figure is None or (slug is not None and top is None):
            raise Http404
        answer = HttpResponse(b"".join(figure.table.as_csv()), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}-{self.on.isoformat()}.csv"'
        return answer
