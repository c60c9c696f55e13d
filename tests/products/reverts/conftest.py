"""What the tests of reverts share: a real database, and AWS in memory beside it."""

from collections.abc import Iterator

import pytest

from chalicelib.bootstrap import services
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.aws import database_environment, open_account


@pytest.fixture
def settings(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that name an account and a database of this one test."""
    with open_account(monkeypatch, **database_environment(fresh)):
        yield services().settings
