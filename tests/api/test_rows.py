"""Rows read column by column have the bytes of DRF's own rendering; cells of tables have its values."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from random import Random
from typing import Any

import orjson
import pytest
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from recommendations.api.field_readers import reading_of, related_of
from recommendations.api.formats import FORMATS
from recommendations.api.pagination import Keyset
from recommendations.api.renderers import to_json
from recommendations.api.row_fields import FLAGS
from recommendations.api.serializers.action import ActionSerializer
from recommendations.api.serializers.declarations import reads
from recommendations.api.serializers.organisation import OrganisationSerializer
from recommendations.api.urls import router
from recommendations.exports import Column, ColumnKind
from recommendations.models import User
from tests.api.instances import rendered
from tests.factories import TODAY, People

RESOURCES: dict[str, Any] = {prefix: view for prefix, view, _ in router.registry}
CALLERS = ("inspector", "contributor", "partner", "outsider")
# Are cells text, before they are written to a file?
IN_WORDS = {ColumnKind.TEXT: True, ColumnKind.CODE: True, ColumnKind.NUMBER: False, ColumnKind.FLAG: False}
Rows = dict[Any, dict[str, Any]]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked"), pytest.mark.xdist_group("rows")]


def asked(prefix: str, user: User, action: str, query: str = "") -> Any:
    """The view of a resource, about to answer `user`."""
    view = RESOURCES[prefix]()
    view.setup(Request(APIRequestFactory().get(f"/api/v1/{prefix}/{query}")))
    view.action, view.format_kwarg, view.request.user = action, None, user
    return view


def days_of(prefix: str) -> list[date | None]:
    """Today; of what is kept from day to day also a past day, and one before everything."""
    return [None, TODAY, date(2020, 1, 1)] if RESOURCES[prefix].takes_as_of else [None]


def as_drf_renders(user: User, prefix: str, action: str, day: date | None) -> Rows:
    view = asked(prefix, user, action, f"?as_of={day}" if day else "")
    return rendered(view, view.row_serializer(action, as_of=day is not None))


def queries_of(prefix: str, action: str, day: date | None, chance: Random) -> Iterator[tuple[list[str], str]]:
    """Fields, and the query that asks for them: all of them, and twice some of them."""
    names = RESOURCES[prefix].field_names(action, as_of=day is not None)
    past = f"&as_of={day}" if day else ""
    yield list(names), past
    for _ in range(2):
        some = chance.sample(names, chance.randint(1, len(names)))
        yield [name for name in names if name in some], f"{past}&fields={','.join(some)}"


def drawn(*seeds: str) -> Random:
    """The same chances on every run."""
    return Random(" ".join(seeds))  # noqa: S311  Nothing is kept secret by them.


def as_bytes(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> list[bytes]:
    """These fields of each row, in the order of the bytes."""
    return sorted(to_json({name: row[name] for name in names if name in row}) for row in rows)


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("prefix", RESOURCES)
def test_a_list_has_the_bytes_that_drf_renders(api: Callable, people: People, prefix: str, who: str) -> None:
    caller, chance = api(getattr(people, who)), drawn(prefix, who)
    for day in days_of(prefix):
        rows = as_drf_renders(getattr(people, who), prefix, "list", day).values()
        for names, query in queries_of(prefix, "list", day, chance):
            expected = as_bytes(rows, names)
            lines = caller.get(f"/api/v1/{prefix}/?format=ndjson{query}").getvalue().splitlines()
            assert sorted(lines) == expected
            page = orjson.loads(caller.get(f"/api/v1/{prefix}/?page_size=200{query}").content)
            assert as_bytes(page["results"], names) == expected


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("prefix", RESOURCES)
def test_a_detail_has_the_bytes_that_drf_renders(
    api: Callable, people: People, prefix: str, who: str
) -> None:
    caller, chance = api(getattr(people, who)), drawn(prefix, who)
    for day in days_of(prefix):
        rows = as_drf_renders(getattr(people, who), prefix, "retrieve", day)
        for names, query in queries_of(prefix, "retrieve", day, chance):
            for key, row in rows.items():
                shown = caller.get(f"/api/v1/{prefix}/{key}/?{query.removeprefix('&')}").content
                assert [shown] == as_bytes([row], names)


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("prefix", RESOURCES)
def test_a_table_has_a_cell_for_each_value(people: People, prefix: str, who: str) -> None:
    user, chance = getattr(people, who), drawn(prefix, who)
    for day in days_of(prefix):
        fields = RESOURCES[prefix].row_serializer("list", as_of=day is not None)().fields
        for _, query in queries_of(prefix, "list", day, chance):
            columns, blocks = exported(asked(prefix, user, "list", f"?format=csv{query}"))
            _, lines = exported(asked(prefix, user, "list", f"?format=ndjson{query}"))
            objects = [orjson.loads(line) for block in lines for line in block.splitlines()]
            for cells, row in zip(chain.from_iterable(blocks), objects, strict=True):
                for column, cell in zip(columns, cells, strict=True):
                    name, *path = column.name.split(".")
                    value = cell_of(fields[name], row.get(name), path)
                    assert (column.name, stored(column, fields[name], cell)) == (column.name, value)
                    in_words = isinstance(cell, str)
                    assert cell is None or in_words == IN_WORDS.get(column.kind, in_words), column


def exported(view: Any) -> Any:
    """The columns and blocks of an export of every row."""
    view.request.accepted_renderer = FORMATS[view.request.query_params["format"]]()
    return view.exported()


def cell_of(field: Any, value: Any, path: Sequence[str]) -> Any:
    """The value of a cell, from that of the whole field."""
    if isinstance(field, serializers.SerializerMethodField) and reading_of(field).cell:
        return value if value is None else reading_of(field).cell(value)
    if isinstance(value, list):
        return "; ".join(str(under(item, related_of(field).cell)) for item in value)
    return under(value, path)


def under(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = None if value is None else value[name]
    return value


def stored(column: Column, field: Any, cell: Any) -> Any:
    """What stands in a cell as JSON has it: drivers give flags, decimals and JSON in their own way."""
    if column.kind is ColumnKind.FLAG:
        return FLAGS[cell]
    return orjson.loads(cell if isinstance(field, serializers.DictField) else to_json(cell))


class Loud(serializers.CharField):
    """A field whose rendering no reader knows of."""

    def to_representation(self, value: Any) -> str:
        return super().to_representation(value).upper()


class LoudOrganisation(OrganisationSerializer):
    name = Loud()


class ForgetfulOrganisation(OrganisationSerializer):
    name = serializers.SerializerMethodField()

    @reads("slug")
    def get_name(self, row: Any) -> str:
        return row.name


def test_the_comparison_sees_a_field_that_is_read_in_another_way(people: People) -> None:
    assert both(people.inspector, OrganisationSerializer) == {True}
    assert both(people.inspector, LoudOrganisation) == {False}


def test_a_method_has_nothing_but_the_columns_that_it_names(people: People) -> None:
    with pytest.raises(AttributeError, match="name"):
        both(people.inspector, ForgetfulOrganisation)


class UnannotatedAction(ActionSerializer):
    annotations = [one for one in ActionSerializer.annotations if "days_late" not in one.provides]


def test_the_comparison_sees_a_field_whose_annotation_is_missing(people: People) -> None:
    view = asked("actions", people.inspector, "list")
    with pytest.raises(AssertionError, match="days_late"):
        rendered(view, UnannotatedAction)


def both(user: User, serializer: type[Any]) -> set[bool]:
    """Is what DRF renders of each organisation what a reader makes of it?"""
    view = asked("organisations", user, "list")
    view.__class__ = type("Organisations", (RESOURCES["organisations"],), {"serializer_class": serializer})
    names = list(serializer().fields)
    page = Keyset().page(view.request, view)["results"]
    drf = as_bytes(rendered(view, serializer).values(), names)
    return {one == other for one, other in zip(as_bytes(page, names), drf, strict=True)}


def test_every_noun_is_there_to_be_compared(people: People) -> None:
    counts = {prefix: len(as_drf_renders(people.inspector, prefix, "list", None)) for prefix in RESOURCES}
    assert min(counts.values()) > 0, counts
