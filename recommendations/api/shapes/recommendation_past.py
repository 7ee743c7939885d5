"""A recommendation as a past day ended; who owned it then is what bodies write."""

from typing import Any

from django.db.models import Case, CharField, F, Q, When

from recommendations.api.shapes.parts import Address, Object, Value
from recommendations.api.shapes.published import AS_OF
from recommendations.api.shapes.recommendation import GATES, LOADS, PUBLISHED, SEQUENCE, WORK
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.exports import Kind


def owned_then(path: str) -> Case:
    then = F(f"as_it_stood__owner__{path}")
    return Case(When(Q(in_scope=True), then=then), default=F(f"owner__{path}"), output_field=CharField())


PAST_OWNER = Object(
    slug=Value("owner_then_slug", needs=("scope", "owner_then")),
    name=Value("owner_then_name", Kind.TEXT),
    url=Address("organisations", "owner_then_slug"),
)


def _owner_then(rows: Any, ask: Ask) -> Any:
    return rows.annotate(owner_then_slug=owned_then("slug"), owner_then_name=owned_then("name"))


PAST = Shape(
    {
        **PUBLISHED,
        "owner": PAST_OWNER,
        **WORK,
        **SEQUENCE,
        "as_of": AS_OF,
    },
    {**LOADS, "owner_then": _owner_then},
    GATES,
)
