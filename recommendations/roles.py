"""Which role may do what: the only place that names a role."""

from enum import StrEnum


class Capability(StrEnum):
    """Something a role may do, within the reach of the membership that grants it."""

    READ = "read"
    EXPORT = "export"
    PLAN_ACTIONS = "plan actions"
    REPORT_PROGRESS = "report progress"
    ATTACH_EVIDENCE = "attach evidence"
    IMPORT_REPORTS = "import reports"
    MANAGE_ACCESS = "manage access"
    MANAGE_ORGANISATIONS = "manage organisations"


VIEWER = "viewer"
CONTRIBUTOR = "contributor"
ASSURER = "assurer"
INSPECTOR = "inspector"
ADMINISTRATOR = "administrator"

_READER = frozenset({Capability.READ, Capability.EXPORT})
CAPABILITIES: dict[str, frozenset[Capability]] = {
    VIEWER: _READER,
    CONTRIBUTOR: _READER | {Capability.PLAN_ACTIONS, Capability.REPORT_PROGRESS, Capability.ATTACH_EVIDENCE},
    ASSURER: _READER,
    INSPECTOR: _READER | {Capability.IMPORT_REPORTS},
    ADMINISTRATOR: _READER | {Capability.MANAGE_ACCESS, Capability.MANAGE_ORGANISATIONS},
}

CHOICES = [(role, role.capitalize()) for role in CAPABILITIES]
# Inspectors and administrators read everything, whatever organisation they work in.
READS_EVERYTHING = (INSPECTOR, ADMINISTRATOR)


def roles_with(capability: Capability) -> list[str]:
    """The roles that hold `capability`."""
    return [role for role, held in CAPABILITIES.items() if capability in held]
