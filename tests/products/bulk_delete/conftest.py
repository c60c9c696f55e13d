"""What the tests of bulk deletes share: a real database, and AWS in memory beside it."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.aws import database_environment, open_account


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection whose transaction is rolled back, so that the database stays empty."""
    with closing(psycopg2.connect(database.dsn)) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def settings(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that name an account and a database of this one test."""
    with open_account(monkeypatch, **database_environment(fresh)):
        yield services().settings
