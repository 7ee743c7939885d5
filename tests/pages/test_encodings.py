"""Only UTF-8 is read: what other codecs make of a form or an address may be no text at all."""

from collections.abc import Callable

import pytest

from recommendations.models import ProgressUpdate
from tests.factories import People

FORM = b'--X\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800 +2AA-\r\n--X--\r\n'


@pytest.mark.parametrize("codec", ["utf-7", "unicode_escape", "base64", "undefined"])
def test_a_form_in_another_encoding_is_refused(screens: Callable, people: People, codec: str) -> None:
    browser = screens(people.contributor)
    for address in ("/recommendations/BSG-2023-1/updates/new/", "/sign-in/"):
        answer = browser.generic(
            "POST", address, FORM, content_type=f"multipart/form-data; boundary=X; charset={codec}"
        )
        assert answer.status_code == 400
        assert "must be in UTF-8" in answer.content.decode()
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize("address", ["/", "/api/v1/organisations/"])
def test_an_address_in_another_encoding_is_refused(screens: Callable, people: People, address: str) -> None:
    browser = screens(people.viewer)
    assert browser.get(address, CONTENT_TYPE="text/plain; charset=rot13").status_code == 400
    for utf_8 in ("utf-8", "UTF-8", "utf8"):
        assert browser.get(address, CONTENT_TYPE=f"text/plain; charset={utf_8}").status_code == 200
