"""The address of evidence: what an operation keeps is what the database's own rule asks for."""

from typing import Any

import pytest

from recommendations.errors import Invalid
from recommendations.models import Action, Evidence, Rung
from recommendations.operations.evidence import attach_link
from tests.fixtures import NOW, TODAY


@pytest.fixture
def action(plan: Any) -> Action:
    return plan()


def attached(action: Action, by: Any, url: str) -> Evidence:
    return attach_link(
        recommendation=action.recommendation,
        action=action,
        title="Case audit",
        url=url,
        kind=Rung.PRACTICE,
        represents=TODAY,
        declared_no_personal_data=True,
        by=by,
        at=NOW,
    )


@pytest.mark.parametrize("scheme", ["HTTPS", "Http"])
def test_the_scheme_of_an_address_is_lowered_and_nothing_else(
    scheme: str, action: Action, people: Any
) -> None:
    made = attached(action, people.contributor, f"{scheme}://Example.org/Audit?Case=A")
    made.refresh_from_db()
    assert made.url == f"{scheme.lower()}://Example.org/Audit?Case=A"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/audit",
        "ftp://example.org/audit",
        "javascript:alert('https://example.org')",
        "https://",
        "https://example.org/a\nb",
    ],
    ids=["empty", "no scheme", "FTP", "script", "no host", "line break"],
)
def test_what_is_no_address_of_the_web_is_refused(url: str, action: Action, people: Any) -> None:
    with pytest.raises(Invalid) as refused:
        attached(action, people.contributor, url)
    assert set(refused.value.problems) == {"url"}
    assert not Evidence.objects.exists()
