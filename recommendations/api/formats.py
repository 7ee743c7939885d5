"""The formats of lists, and how a caller chooses one."""

from collections.abc import Iterable

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from recommendations.api.renderers import Json


class Csv(Json):
    """Only chosen by content negotiation: `export` writes the rows. A refusal is JSON."""

    media_type, format = "text/csv", "csv"


class NdJson(Json):
    media_type, format = "application/x-ndjson", "ndjson"


class Xlsx(Json):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"


FORMATS = {one.format: one for one in (Csv, NdJson, Xlsx)}


class Negotiation(DefaultContentNegotiation):
    """`format=` takes precedence over `Accept`; an unknown format is refused by name."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:  # noqa: A002  DRF's name.
        served = list(renderers)
        found = [one for one in served if one.format == format]
        if not found:
            known = ", ".join(dict.fromkeys(one.format for one in served))
            raise ValidationError(
                {"format": f"“{format}” is not a format of this address. Use one of: {known}."}
            )
        return found
