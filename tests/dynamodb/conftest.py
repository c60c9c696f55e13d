"""An AWS account with the tables."""

from collections.abc import Iterator

import pytest

from tests.fakes.aws import open_account


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account with the tables and the queues."""
    with open_account(monkeypatch):
        yield
