"""The catalogue of a test: real, and empty at first."""

from collections.abc import Iterator

import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.settings import Settings, get_settings
from infra.local.postgres import Database
from tests.fakes.aws import database_environment, open_account
from tests.products.shelves import empty, open_catalogue


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that name an account of this one test, and the module's database."""
    with open_account(monkeypatch, **database_environment(database)):
        yield get_settings()


@pytest.fixture
def catalogue(database_dsn: str) -> Iterator[Connection]:
    with open_catalogue(database_dsn) as connection:
        empty(connection)
        yield connection
