"""Every text of every operation: NUL and half characters refused in words, the rest stored composed.

Marks that turn or hide letters, look-alikes, markup and the syntax of templates are text: stored as they
are, or refused for their length; nothing crashes.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from recommendations.errors import DomainError
from recommendations.models import AccessToken, Event, Inspection, RecordHead
from recommendations.operations.accounts import create_account, issue_token, system_actor
from recommendations.operations.actions import revise_action
from recommendations.operations.organisations import create_organisation
from recommendations.operations.ownership import change_owner, link_recommendations
from recommendations.operations.readings import add_reading
from recommendations.operations.redaction import redact
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import REASON, attach, fresh, judge, plan, take, update

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A database in which every operation can be called, and the people who may."""

    bsg: Inspection
    people: People
    bodies: Bodies

    @property
    def first(self) -> Any:
        return self.bsg.recommendations.get(number=1)

    @property
    def second(self) -> Any:
        return self.bsg.recommendations.get(number=2)

    @property
    def action(self) -> Any:
        return self.first.actions.order_by("pk").first() or plan(
            self.first, self.people.contributor, target_date="30 June 2026"
        )


Call = Callable[[Case, str], Any]


def _read(case: Case, **given: Any) -> Any:
    plain = {"taken_on": TODAY, "source": "Audit", "n": 5, "out_of": 60}
    measure = case.first.measures.get(n=36, out_of=59)
    return add_reading(measure=measure, **{**plain, **given}, by=case.people.contributor, at=NOW)


def _moved(case: Case, operation: Callable[..., Any], **given: Any) -> Any:
    row = fresh(case.action)
    said = {"action": row, "version": row.version, "by": case.people.contributor, "at": NOW, **given}
    return operation(**said)


def _owned(case: Case, reason: str) -> Any:
    row = case.first
    return change_owner(
        recommendation=row,
        version=row.version,
        owner=case.bodies.sibling,
        reason=reason,
        by=case.people.inspector,
        at=NOW,
    )


def _body(**given: Any) -> Any:
    plain = {"name": "A new body", "level": "partner", "parent": None}
    return create_organisation(**{**plain, **given}, by=system_actor(), at=NOW)


def _account(**given: Any) -> Any:
    plain = {"username": "sam", "password": None}
    return create_account(**{**plain, **given}, by=system_actor(), at=NOW)


def _token(case: Case, label: str) -> Any:
    issue_token(
        user=case.people.viewer, label=label, may_write=False, lifetime=None, by=system_actor(), at=NOW
    )
    return AccessToken.objects.latest("created")


def _reviewed(case: Case, narrative: str) -> Any:
    given = {"judgement": "good_progress", "by": case.people.inspector, "at": NOW}
    return record_review(recommendation=case.first, narrative=narrative, **given)


def _linked(case: Case, reason: str) -> Any:
    given = {"kind": "repeats", "by": case.people.inspector, "at": NOW}
    return link_recommendations(source=case.first, target=case.second, reason=reason, **given)


def _evidence(case: Case) -> Any:
    return case.first.evidence.first() or attach(case.first, case.people.contributor)


def _partly(case: Case, **given: str) -> Any:
    said = {"answer": "partly_agreed", "accepted_part": "Half.", "reason": REASON, **given}
    take(case.first, "respond", case.people.contributor, **said)
    return case.first.responses.get()


# The words of each parameter: how it is given, and the column that keeps them ("": the event alone does).
PARAMETERS: dict[str, tuple[Call, str]] = {
    "plan.description": (lambda c, w: plan(c.first, c.people.contributor, description=w), "description"),
    "plan.responsible_post": (
        lambda c, w: plan(c.first, c.people.contributor, responsible_post=w),
        "responsible_post",
    ),
    "revise.description": (lambda c, w: _moved(c, revise_action, description=w), "description"),
    "revise.responsible_post": (
        lambda c, w: _moved(c, revise_action, responsible_post=w),
        "responsible_post",
    ),
    "revise target.reason": (
        lambda c, w: _moved(c, revise_target, target_date="July 2026", reason=w).target_revisions.get(),
        "reason",
    ),
    "update.text": (lambda c, w: update(c.first, c.people.contributor, text=w), "text"),
    "attach.title": (lambda c, w: attach(c.first, c.people.contributor, title=w), "title"),
    "attach.document_reference": (
        lambda c, w: attach(c.first, c.people.contributor, url="", document_reference=w),
        "document_reference",
    ),
    "judge.reason": (lambda c, w: judge(_evidence(c), c.people.assurer, reason=w), "verdict_reason"),
    "respond.accepted_part": (lambda c, w: _partly(c, accepted_part=w), "accepted_part"),
    "respond.reason": (lambda c, w: _partly(c, reason=w), "reason"),
    "decline.reason": (
        lambda c, w: take(c.action, "decline", c.people.contributor, reason=w, risk_carrier="Head of PDU"),
        "",
    ),
    "decline.risk_carrier": (
        lambda c, w: take(c.action, "decline", c.people.contributor, reason=REASON, risk_carrier=w),
        "risk_carrier",
    ),
    "submit.outcome": (lambda c, w: _submitted(c, w), "outcome"),
    "review.narrative": (_reviewed, "narrative"),
    "reading.source": (lambda c, w: _read(c, source=w), "source"),
    "reading.note": (lambda c, w: _read(c, note=w), "note"),
    "change owner.reason": (_owned, ""),
    "link.reason": (_linked, ""),
    "redact.reason": (
        lambda c, w: redact(row=_evidence(c), reason=w, by=c.people.administrator, at=NOW),
        "redaction_reason",
    ),
    "organisation.name": (lambda c, w: _body(name=w), "name"),
    "organisation.alias": (lambda c, w: _body(aliases=[w]).aliases.get(), "name"),
    "account.first_name": (lambda c, w: _account(first_name=w), "first_name"),
    "account.last_name": (lambda c, w: _account(last_name=w), "last_name"),
    "token.label": (_token, "label"),
}
# Of any length, and of any letters that can be printed.
UNLIMITED = {
    "plan.description",
    "revise.description",
    "update.text",
    "submit.outcome",
    "judge.reason",
    "respond.reason",
    "review.narrative",
    "reading.note",
}
# Words of which only some are taken: an address, a date, a name to sign in with, a code.
CODES: dict[str, Call] = {
    "plan.target_date": lambda c, w: plan(c.first, c.people.contributor, target_date=w),
    "revise target.target_date": lambda c, w: _moved(c, revise_target, target_date=w, reason=REASON),
    "attach.url": lambda c, w: attach(c.first, c.people.contributor, url=w),
    "attach.level": lambda c, w: attach(c.first, c.people.contributor, level=w),
    "judge.verdict": lambda c, w: judge(_evidence(c), c.people.assurer, w),
    "respond.answer": lambda c, w: _partly(c, answer=w),
    "step": lambda c, w: take(c.action, w, c.people.contributor),
    "close.acknowledged": lambda c, w: take(c.second, "close", c.people.assurer, acknowledged=(w,)),
    "close.why_no_action": lambda c, w: take(c.second, "close", c.people.assurer, why_no_action=w),
    "review.judgement": lambda c, w: record_review(
        recommendation=c.first, judgement=w, narrative="Seen.", by=c.people.inspector, at=NOW
    ),
    "account.username": lambda c, w: _account(username=w),
    "account.password": lambda c, w: _account(password=w),
    "organisation.slug": lambda c, w: _body(slug=w),
    "organisation.level": lambda c, w: _body(level=w),
}


def _submitted(case: Case, words: str) -> Any:
    attach(case.action, case.people.contributor)
    return take(case.action, "submit", case.people.contributor, outcome=words)


@pytest.fixture
def case(bsg: Inspection, people: People, bodies: Bodies) -> Case:
    return Case(bsg, people, bodies)


ALL: dict[str, Call] = {**{name: call for name, (call, _) in PARAMETERS.items()}, **CODES}
UNFIT = {"NUL": "a\0b", "lone surrogate": "a\ud800b", "bell": "a\x07b", "only NUL": "\0"}
PLAIN = {
    "bidirectional": "evidence \u202egpj.exe\u202c \u2066x\u2069",
    "zero width": "Ju\u200bne\u200d\ufeff audit",
    "look-alike": "\u0430ssessment \uff21udit",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ settings.SECRET_KEY }}{% include '/etc/passwd' %}${7*7}%(x)s{0}",
    "formula": '=HYPERLINK("http://x")',
    "quotes": "'; DROP TABLE recommendations_action; --",
    "astral": "\U0001f9d1\u200d\u2696\ufe0f assessed",
}
SHORT = ("bidirectional", "template")  # These fit into a single line of a form.
TWINS = ("Cafe\u0301 audit", "Caf\u00e9 audit")
MEGABYTE = "a" * (1 << 20)


class Undone(Exception):
    """Raised to undo what an attempt wrote."""


def attempt(case: Case, name: str, words: str) -> Any:
    """What the operation kept of `words` (None where no column keeps them), or why it refused; undone."""
    kept: Any = None
    try:
        with transaction.atomic():
            made = ALL[name](case, words)
            column = PARAMETERS[name][1] if name in PARAMETERS else ""
            kept = getattr(fresh(made), column) if column else None
            raise Undone
    except Undone:
        return kept
    except DomainError as refused:
        return refused


@pytest.mark.parametrize("name", ALL)
def test_what_no_database_or_page_can_hold_is_refused_in_words(name: str, case: Case) -> None:
    sequence = RecordHead.objects.get().sequence
    for words in UNFIT.values():
        refused = attempt(case, name, words)
        assert isinstance(refused, DomainError)
        assert str(refused).encode()
        assert "\0" not in str(refused)
    assert RecordHead.objects.get().sequence == sequence


@pytest.mark.parametrize("name", PARAMETERS)
def test_text_is_stored_composed(name: str, case: Case) -> None:
    """In the row, and in the event that tells of it."""
    call, column = PARAMETERS[name]
    apart, composed = TWINS
    made = call(case, f"  {apart} ")
    if column:
        assert getattr(fresh(made), column) == composed
    said = str(Event.objects.latest("sequence").content)
    assert (composed in said, apart in said) == (True, False)


# One in five in the test command: each takes seconds.
SEVERAL = [
    pytest.param(name, marks=[pytest.mark.slow] if place % 5 else []) for place, name in enumerate(ALL)
]


@pytest.mark.parametrize("name", SEVERAL)
def test_strange_text_is_stored_as_it_is_or_refused_and_crashes_nothing(name: str, case: Case) -> None:
    for words in [" ".join(PLAIN.values()), *(PLAIN[kind] for kind in SHORT), MEGABYTE]:
        kept = attempt(case, name, words)
        assert kept is None or isinstance(kept, DomainError) or kept == unicodedata.normalize("NFC", words)
        assert not isinstance(kept, DomainError) or name not in UNLIMITED


@pytest.mark.parametrize("name", ["plan.responsible_post", "attach.title", "reading.source", "token.label"])
def test_a_single_line_stays_one(name: str, case: Case) -> None:
    with pytest.raises(DomainError):
        PARAMETERS[name][0](case, "Head\nof PDU")


def test_line_ends_are_one_kind(case: Case) -> None:
    made = update(case.first, case.people.contributor, text="one\r\ntwo\rthree\n")
    assert made.text == "one\ntwo\nthree"
