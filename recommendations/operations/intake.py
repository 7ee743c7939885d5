"""Importing a published report: read, check, match, record; or refuse with every problem."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Replace

from recommendations.access import require_anywhere
from recommendations.errors import Refused
from recommendations.intake.curated import CuratedInspection
from recommendations.intake.reference import WELL_FORMED, reference_for
from recommendations.intake.report import read_report
from recommendations.intake.report_data import Report
from recommendations.intake.seeds import Seeds
from recommendations.intake.summary import summary
from recommendations.models import Framework, Inspection, Organisation, User
from recommendations.operations import differences as compare
from recommendations.operations.curated_data import passages_not_found, problems_with, record_curated_data
from recommendations.operations.frameworks import record_framework
from recommendations.operations.inspections import record_inspection
from recommendations.operations.organisation_matching import find_or_create, unknown_bodies
from recommendations.operations.organisations import load_organisations
from recommendations.roles import Capability

LONGEST_REFERENCE = 40


@dataclass(frozen=True)
class Request:
    """What the caller states about a report. An empty value is read from the report."""

    reference: str = ""
    framework: str = ""
    create_organisations: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Imported:
    """What an import did. `summary` and `notes` are lines for the person who ran it."""

    inspection: Inspection
    created: bool
    summary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The summary of what was read, then the notes."""
        return [*self.summary, *(f"Note: {note}" for note in self.notes)]


def import_report(*, text: str, seeds: Seeds, request: Request, by: User, at: datetime) -> Imported:
    """Read a report's text and record it whole, with its curated data where `seeds` hold some.

    Raises Refused with every problem and writes no row then. Raises NotPermitted unless `by` is the system
    actor or an inspector. With `request.dry_run` everything is written and rolled back.
    """
    require_anywhere(by, Capability.IMPORT_REPORTS, otherwise="Only an inspector imports reports.")
    if seeds.problems:
        raise Refused(seeds.problems)
    try:
        with transaction.atomic():
            imported = _import(text=text, seeds=seeds, request=request, by=by, at=at)
            transaction.set_rollback(request.dry_run)
            return imported
    except IntegrityError as error:
        raise Refused(
            [f"Another import came in between, and nothing was written: run it again. ({error})"]
        ) from error


def _import(*, text: str, seeds: Seeds, request: Request, by: User, at: datetime) -> Imported:
    load_organisations(seeds=seeds.organisations, by=by, at=at)
    for method in seeds.methods:
        record_framework(method=method, by=by, at=at)
    framework = _framework(request.framework)
    report, warnings = _read(text, framework)
    reference = _reference(report, request.reference)
    curated = seeds.curated.get(reference)
    recorded = Inspection.objects.select_related("framework").filter(reference=reference).first()
    named = recorded.framework.name_with_version if recorded else curated and curated.framework
    if named and not request.framework and named != framework.name_with_version:
        # A report is held to the version that it was written under, not to the latest.
        framework = _framework(named)
        report, warnings = _read(text, framework)
    problems = problems_with(curated, report=report, framework=framework) if curated else []
    if recorded:
        problems += _differences(recorded, report, curated)
    else:
        problems += _clashes(report)
        problems += unknown_bodies(report, create=request.create_organisations)
    if problems:
        raise Refused(problems)
    if recorded:
        return _known_already(recorded, curated, by=by, at=at)
    inspection = record_inspection(
        report=report,
        reference=reference,
        framework=framework,
        bodies=find_or_create(report, by=by, at=at),
        warnings=[*warnings, *(passages_not_found(curated, text=text) if curated else ())],
        source_sha256=hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(),
        by=by,
        at=at,
    )
    if curated:
        inspection = record_curated_data(inspection=inspection, curated=curated, by=by, at=at)
    return Imported(
        inspection,
        created=True,
        summary=summary(report, reference, framework.as_method()),
        notes=[*inspection.intake_warnings, *([] if curated else [_no_curated_data(reference)])],
    )


def _read(text: str, framework: Framework) -> tuple[Report, list[str]]:
    """The report and its warnings in sentences; raises Refused with every problem."""
    read = read_report(text, framework.as_method())
    if read.report is None:
        raise Refused(str(problem) for problem in read.problems)
    return read.report, [str(warning) for warning in read.warnings]


def _framework(wanted: str) -> Framework:
    """The framework `slug-version`, or the latest of `slug`, or of the only one where none is wanted."""
    frameworks = Framework.objects.with_parts().order_by("slug", "version")
    found = [one for one in frameworks if wanted in ("", one.slug, one.name_with_version)]
    if not found or len({one.slug for one in found}) > 1:
        known = ", ".join(one.name_with_version for one in frameworks) or "none"
        asked = f"There is no framework “{wanted}”." if wanted else "Name the framework of this report."
        raise Refused([f"{asked} Known are: {known}. Choose one with --framework."])
    return found[-1]


def _reference(report: Report, wanted: str) -> str:
    reference = wanted or reference_for(report.inspected_body, report.published_latest.year)
    if reference is None:
        raise Refused(
            [
                f"No reference can be made from “{report.inspected_body}”: it has no capital initials."
                " Give one with --reference, such as --reference ABC-2023."
            ]
        )
    if not WELL_FORMED.fullmatch(reference) or len(reference) > LONGEST_REFERENCE:
        raise Refused(
            [
                f"“{reference}” is no reference: capitals, digits and single dashes are expected,"
                f" at most {LONGEST_REFERENCE} of them, such as ABC-2023."
            ]
        )
    return reference


def _differences(recorded: Inspection, report: Report, curated: CuratedInspection | None) -> list[str]:
    """Why this report cannot be the one that is recorded under the same reference."""
    if not Organisation.objects.named(report.inspected_body).filter(pk=recorded.inspected_id):
        return [
            f"{recorded.reference} is already the reference of {recorded.inspected}; this report is on"
            f" {report.inspected_body}. Give another with --reference."
        ]
    found = compare.differences(compare.facts_of_inspection(recorded), compare.facts_of_report(report))
    if curated and recorded.has_curated_data:
        found += compare.differences(
            compare.curated_facts_of_inspection(recorded), compare.facts_of_curated_data(curated)
        )
    if not found:
        return []
    return [f"{recorded.reference} is recorded already, and this report says other things.", *found]


def _clashes(report: Report) -> list[str]:
    digits = Replace("isbn", Value("-"), Value(""))
    same = Inspection.objects.exclude(isbn="").annotate(digits=digits)
    taken = same.filter(digits=report.isbn.replace("-", "")).first()
    if taken is None:
        return []
    return [f"ISBN {report.isbn} is already that of {taken.reference}, {taken.title}."]


def _known_already(
    recorded: Inspection, curated: CuratedInspection | None, *, by: User, at: datetime
) -> Imported:
    if curated and not recorded.has_curated_data:
        recorded = record_curated_data(inspection=recorded, curated=curated, by=by, at=at)
        note = f"{recorded.reference} was recorded already; its curated data is new and was added."
    else:
        note = f"{recorded.reference} is recorded already and says the same: nothing was changed."
    return Imported(recorded, created=False, notes=[note])


def _no_curated_data(reference: str) -> str:
    return (
        f"There is no curated data for {reference}: which standards its recommendations rest on, and"
        f" their baselines, are not recorded. Add inspections/{reference}.toml and import again."
    )
