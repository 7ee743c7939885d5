"""My work, and the review queue."""

from django.urls import reverse

from recommendations.models import Evidence
from recommendations.pages.available_actions import address_of, step_address
from recommendations.pages.views.base import Context, Page
from recommendations.read_models.work_queue import (
    OPEN,
    REVIEW,
    VERDICT,
    WorkItem,
    WorkQueue,
    my_work,
    review_queue,
)


class MyWork(Page):
    """Counts, the work to do, and what waits for the user's decision."""

    template_name = "pages/work.html"
    title = "My work"
    nothing = "Nothing is asked of you here. Your roles let you read: begin at the overview."

    def work(self) -> WorkQueue:
        return my_work(self.user, held=self.roles, on=self.today)

    def context(self, **kwargs: object) -> Context:
        work = self.work()
        return {
            "numbers": work.numbers,
            "parts": [(part, [(item, _address(item)) for item in part.items]) for part in work.parts],
            "nothing": self.nothing,
        }


class ReviewQueue(MyWork):
    """Verdicts and closures for assurers, reviews for inspectors, longest waiting first."""

    title = "Review queue"
    nothing = "Nothing waits here for you: assurers and inspectors judge, and you hold neither role."

    def work(self) -> WorkQueue:
        return review_queue(self.user, held=self.roles, on=self.today)


def _address(item: WorkItem) -> str:
    about = item.subject
    if item.next == VERDICT:
        return reverse("pages:verdict", args=[about.pk])
    if isinstance(about, Evidence) or item.next == OPEN:
        return address_of(about)  # type: ignore[arg-type]
    if item.next == REVIEW:
        return reverse("pages:review_new", args=[about.reference])  # type: ignore[union-attr]
    return step_address(about, item.next)
