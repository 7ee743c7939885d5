"""The action plan of an inspection as a page, a Word document and a spreadsheet."""

from typing import IO

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property

from recommendations.exports import Column, ColumnKind, PrintLayout, docx_file, xlsx_file
from recommendations.models import Inspection
from recommendations.pages.views.base import Context, Page
from recommendations.queries.visibility import visible
from recommendations.read_models.plan import HEADINGS, SPANNING, Plan, plan_of
from recommendations.storage.headers import download_headers
from recommendations.storage.kinds import ALLOWED

WIDTHS = (8, 44, 17, 58, 32, 25)
COLUMNS = [
    Column(HEADINGS[0], ColumnKind.NUMBER),
    *(Column(heading, ColumnKind.TEXT) for heading in HEADINGS[1:]),
]


class PlanPage(Page):
    """The plan as a page that prints on A4 landscape."""

    template_name = "pages/plan.html"
    title = "Action plan"

    @cached_property
    def inspection(self) -> Inspection:
        """The inspection in the address; 404 if it does not exist for the user."""
        rows = visible(Inspection.objects.for_list(), self.user, on=self.today)
        return get_object_or_404(rows, reference=self.kwargs["reference"])

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.inspection, self.user, on=self.today)

    def context(self, **kwargs: object) -> Context:
        return {
            "record": self.inspection.reference,
            "inspection": self.inspection,
            "plan": self.plan,
            # In pieces, so that a narrow column can break after a stroke.
            "headings": [heading.split("/") for heading in HEADINGS],
        }


class PlanFile(PlanPage):
    """The same plan as a file."""

    kind: str

    def get(self, request: HttpRequest, **kwargs: object) -> FileResponse:  # type: ignore[override]
        name = f"{self.plan.reference}-action-plan-{self.today.isoformat()}.{self.kind}"
        answer = FileResponse(self.made())
        # Afterwards: it would guess a type of its own.
        for header, value in download_headers(name, ALLOWED[self.kind].media_type).items():
            answer[header] = value
        return answer

    def made(self) -> IO[bytes]:
        """The file at its beginning."""
        raise NotImplementedError

    @property
    def layout(self) -> PrintLayout:
        return PrintLayout(
            title=self.plan.title,
            details=self.plan.details,
            notes=self.plan.notes,
            widths=WIDTHS,
            made=timezone.now(),
            full_text_in="the Word document",
        )


class PlanDocument(PlanFile):
    kind = "docx"

    def made(self) -> IO[bytes]:
        return docx_file(HEADINGS, self.plan.in_columns(), spanning=SPANNING, layout=self.layout)


class PlanSheet(PlanFile):
    """Each row repeats the recommendation, so that filters in the spreadsheet find it."""

    kind = "xlsx"

    def made(self) -> IO[bytes]:
        return xlsx_file(COLUMNS, self.plan.in_columns(), sheet="Action plan", layout=self.layout)
