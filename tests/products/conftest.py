"""The catalogue of a test: real, and empty at first."""

from collections.abc import Iterator

import pytest
from psycopg2.extensions import connection as Connection

from app import app
from chalicelib.bootstrap import services
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.api import Api
from tests.fakes.aws import database_environment, open_account
from tests.products.shelves import empty, open_catalogue


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that name an account of this one test, and the module's database."""
    with open_account(monkeypatch, **database_environment(database)):
        yield services().settings


@pytest.fixture(scope="module")
def api(database: Database) -> Iterator[Api]:
    """The API, over an account of the module and its database."""
    with (
        pytest.MonkeyPatch.context() as patch,
        open_account(patch, **database_environment(database)),
    ):
        yield Api(app)


@pytest.fixture
def catalogue(database_dsn: str) -> Iterator[Connection]:
    with open_catalogue(database_dsn) as connection:
        empty(connection)
        yield connection
