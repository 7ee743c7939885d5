import pytest


@pytest.fixture(autouse=True)
def _nothing_recorded(empty: None) -> None:
    """These tests begin from nothing."""
