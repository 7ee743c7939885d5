"""The roles and the capabilities of each. No other module names a role as text."""

from enum import StrEnum


class Capability(StrEnum):
    """Something a role may do, within the reach of the membership that grants it."""

    READ = "read"
    EXPORT = "export"
    RESPOND = "respond"
    PLAN_ACTIONS = "plan actions"
    REVISE_TARGETS = "revise target dates"
    REPORT_PROGRESS = "report progress"
    ATTACH_EVIDENCE = "attach evidence"
    ADD_READINGS = "add readings"
    SUBMIT = "start, submit, withdraw or decline work"
    ASSURE = "assure work"
    REOPEN = "reopen work"
    REVIEW = "record reviews"
    SUPERSEDE = "link and supersede"
    CHANGE_OWNER = "change the owner"
    IMPORT_REPORTS = "import reports"
    REDACT = "redact"
    MANAGE_ACCESS = "manage access"
    MANAGE_ORGANISATIONS = "manage organisations"


VIEWER = "viewer"
CONTRIBUTOR = "contributor"
ASSURER = "assurer"
INSPECTOR = "inspector"
ADMINISTRATOR = "administrator"

_READER = frozenset({Capability.READ, Capability.EXPORT})
# Capabilities of a lead organisation's people, on the action that it leads.
FOR_THE_LEAD = frozenset(
    {
        Capability.PLAN_ACTIONS,
        Capability.REVISE_TARGETS,
        Capability.REPORT_PROGRESS,
        Capability.ATTACH_EVIDENCE,
        Capability.SUBMIT,
    }
)
CAPABILITIES: dict[str, frozenset[Capability]] = {
    VIEWER: _READER,
    CONTRIBUTOR: _READER | FOR_THE_LEAD | {Capability.RESPOND, Capability.ADD_READINGS},
    ASSURER: _READER | {Capability.ASSURE, Capability.REOPEN},
    INSPECTOR: _READER
    | {
        Capability.IMPORT_REPORTS,
        Capability.REVIEW,
        Capability.SUPERSEDE,
        Capability.REOPEN,
        Capability.CHANGE_OWNER,
    },
    ADMINISTRATOR: _READER | {Capability.MANAGE_ACCESS, Capability.MANAGE_ORGANISATIONS, Capability.REDACT},
}

CHOICES = [(role, role.capitalize()) for role in CAPABILITIES]
# Inspectors and administrators reach every organisation.
REACHES_EVERYTHING = (INSPECTOR, ADMINISTRATOR)


def roles_with(capability: Capability) -> list[str]:
    """The roles that hold `capability`."""
    return [role for role, held in CAPABILITIES.items() if capability in held]
