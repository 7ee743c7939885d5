"""Matching the bodies that a report names to the organisations that are known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from recommendations.intake.report_data import Report
from recommendations.models import Level, Organisation, User
from recommendations.operations.organisations import create_organisation


@dataclass(frozen=True)
class MatchedOrganisations:
    """The organisations that a report names, found in the tree. `addressees`: as printed → organisation."""

    inspected: Organisation
    region: Organisation | None
    inspectorate: Organisation
    addressees: dict[str, Organisation]


def unknown_bodies(report: Report, *, create: bool) -> list[str]:
    """A sentence for each body that no organisation's name or alias matches; none if they may be made.

    A name that matches two organisations is refused, with or without `create`.
    """
    problems = []
    for name, level in _named(report):
        matches = list(Organisation.objects.named(name)[:2])
        if len(matches) > 1:
            problems.append(f"“{name}” names both {matches[0]} and {matches[1]}.")
        elif not matches and not create:
            problems.append(
                f"The {Level(level).label.lower()} “{name}” is not known, neither by name nor by alias."
                " Add the alias to its organisation, or let it be made with --create-organisations."
            )
    return problems


def find_or_create(report: Report, *, by: User, at: datetime) -> MatchedOrganisations:
    """Every body that the report names; those not known are made, the wider before the narrower."""
    found: dict[str, Organisation] = {}
    for name, level in _named(report):
        known = Organisation.objects.named(name).first()
        found[name] = known or create_organisation(
            name=name, level=level, parent=_parent(level, report, found), by=by, at=at
        )
    return MatchedOrganisations(
        inspected=found[report.inspected_body],
        region=found.get(report.region),
        inspectorate=found[report.inspectorate],
        addressees={one.addressee: found[one.addressee] for one in report.recommendations},
    )


def _named(report: Report) -> Iterator[tuple[str, str]]:
    """Each body's name once, with the level that its part in the report gives it, wider first."""
    levels = {report.inspectorate: Level.INSPECTORATE}
    if report.region:
        levels[report.region] = Level.REGION
    levels[report.inspected_body] = Level.PDU
    for recommendation in report.recommendations:
        levels.setdefault(recommendation.addressee, _level_of(recommendation.addressee))
    yield from sorted(levels.items(), key=lambda pair: list(Level).index(pair[1]))


def _level_of(addressee: str) -> Level:
    """What an addressee is, by the last word of its name; a body outside the line is a partner."""
    last_word = addressee.rsplit(maxsplit=1)[-1].lower()
    return {"region": Level.REGION, "pdu": Level.PDU}.get(last_word, Level.PARTNER)


def _parent(level: str, report: Report, found: dict[str, Organisation]) -> Organisation | None:
    if level == Level.PDU and report.region in found:
        return found[report.region]
    if level in {Level.REGION, Level.PDU}:
        return Organisation.objects.filter(level=Level.NATIONAL_SERVICE).first()
    return None
