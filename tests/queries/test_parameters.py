"""Parameters of compiled queries: what the driver is given for a value."""

import pytest

from recommendations.models import User
from recommendations.queries.compiled import CompiledRows


@pytest.mark.django_db
def test_a_number_of_more_than_32_bits_is_not_cut() -> None:
    user = User.objects.create(username="first")
    names = CompiledRows(lambda key: User.objects.filter(pk=key).values_list("username"))

    assert names.rows(user.pk) == [("first",)]
    assert names.rows(2**32 + user.pk) == []
