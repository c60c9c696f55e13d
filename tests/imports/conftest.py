"""What the tests of imports share: AWS in memory, and settings that name a real database."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from app import app
from chalicelib.bootstrap import services
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.api import Api
from tests.fakes.aws import database_environment, open_account
from tests.fakes.workflow import FakeWorkflow, fake_workflow


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection whose transaction is rolled back, so that the database stays empty."""
    with closing(psycopg2.connect(database.dsn)) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of S3 in an account of this one test."""
    with open_account(monkeypatch):
        yield services().client("s3")


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that name an account of this one test, and the module's database."""
    with open_account(monkeypatch, **database_environment(database)):
        yield services().settings


@pytest.fixture
def api(settings: Settings) -> Api:
    """The API, over the account and the database of the settings."""
    return Api(app)


@pytest.fixture
def workflow(api: Api) -> FakeWorkflow:
    """What the routes start executions with."""
    return fake_workflow()


# Tests that don't affect each other share an account and its database.


@pytest.fixture(scope="module")
def storage() -> Iterator[Any]:
    """A client of S3 in an account of the module, where no database is needed."""
    with pytest.MonkeyPatch.context() as patch, open_account(patch):
        yield services().client("s3")


@pytest.fixture(scope="module")
def shared(database: Database) -> Iterator[Settings]:
    """Settings that name an account of the module, and its database."""
    with (
        pytest.MonkeyPatch.context() as patch,
        open_account(patch, **database_environment(database)),
    ):
        yield services().settings


@pytest.fixture(scope="module")
def s3(shared: Settings) -> Any:
    """A client of S3 in the account of the shared settings."""
    return services().client("s3")
