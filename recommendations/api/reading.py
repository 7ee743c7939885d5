"""The read path: rows straight from the driver to the encoder, as pages, rows and exports."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from django.http import Http404, HttpResponse

from recommendations.api.asking import WRITTEN, Question, bound, known_beforehand, question
from recommendations.api.pagination import next_page, page_size
from recommendations.api.plan import Plan, plan_for
from recommendations.api.renderers import to_json
from recommendations.api.shapes.parts import Told
from recommendations.api.values import yes_or_no

JSON = "application/json"


def page(view: Any) -> HttpResponse:
    """One page of a list: `{"next", "results"}`, with `count` and `as_of` where they are asked for."""
    request = view.request
    asked, values = question(request, view)
    size, counted = page_size(request), yes_or_no(request, "count")
    plan = plan_for(asked)
    body: dict[str, Any] = {"count": plan.count(values)} if counted else {}
    if view.as_of:
        body["as_of"] = view.as_of
    body["record_end"] = view.record_end
    rows = plan.statement.rows(values)
    told = _told(values)
    last = rows[size - 1] if len(rows) > size else None
    body["next"] = last and next_page(request, [read(last, told) for read in plan.last])
    rows = rows[:size]
    plan.sides.load(rows, told, values)
    body["results"] = plan.layout.objects(rows, told)
    answer = HttpResponse(to_json(body), content_type=JSON)
    if body["next"]:
        answer["Link"] = f'<{body["next"]}>; rel="next"'
    return answer


def one(view: Any, key: Any) -> dict[str, Any]:
    """The row of a detail as an object; raises Http404 where there is none in reach."""
    asked, values = question(view.request, view)
    return _one(asked, values, key)


def written(view: Any, key: Any) -> dict[str, Any]:
    """The row with this primary key as its detail shows it; raises Http404 where there is none in reach."""
    names = tuple(view.shape_for("retrieve", as_of=False).parts)
    return _one(Question(type(view), WRITTEN, names, **known_beforehand(view)), bound(view), key)


def _one(asked: Question, values: dict[str, Any], key: Any) -> dict[str, Any]:
    plan = plan_for(asked)
    rows = plan.statement.rows({**values, "key": key})
    if not rows:
        raise Http404
    told = _told(values)
    plan.sides.load(rows, told, values)
    return plan.layout.objects(rows, told)[0]


def blocks(view: Any) -> tuple[Plan, Iterator[Any]]:
    """Every row of a list, some at a time: lines of NDJSON, or rows of a table."""
    asked, values = question(view.request, view)
    plan = plan_for(asked)
    return plan, _blocks(plan, values)


def _blocks(plan: Plan, values: dict[str, Any]) -> Iterator[Any]:
    made = plan.layout.cells if plan.question.as_table else plan.layout.lines
    # Closed by hand: whoever gives the stream up gives the cursor up too.
    with closing(plan.statement.blocks(values)) as found:
        for rows in found:
            told = _told(values)
            plan.sides.load(rows, told, values)
            yield made(rows, told)


def _told(values: dict[str, Any]) -> Told:
    return Told(values["root"], values["today"], values.get("as_of"))
