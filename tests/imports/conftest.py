"""What the tests of imports share: AWS in memory, and settings that name a real database."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.aws import get_client
from chalicelib.settings import Settings, get_settings
from infra.local.postgres import Database
from tests.fakes.aws import open_account


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection whose transaction is rolled back, so that the database stays empty."""
    with closing(psycopg2.connect(database.dsn)) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of S3 in an account in memory, where no database is needed."""
    with open_account(monkeypatch):
        yield get_client("s3")


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of an account in memory and the module's database."""
    with open_account(
        monkeypatch,
        DATABASE_HOST=database.host,
        DATABASE_PORT=str(database.port),
        DATABASE_NAME=database.name,
        DATABASE_USER=database.user,
        DATABASE_PASSWORD=database.password,
    ):
        yield get_settings()


@pytest.fixture
def s3(settings: Settings) -> Any:
    """A client of S3, of an account with the product's bucket."""
    return get_client("s3")
