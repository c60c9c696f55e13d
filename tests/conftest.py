"""What every room's tests share: a real PostgreSQL, migrated databases, Hypothesis's profiles."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from infra.local.ephemeral import ephemeral_folder
from infra.local.postgres import Database, EmbeddedPostgres
from infra.local.stack import Addresses, start_ephemeral
from tests.databases import fresh_database, make_template

settings.register_profile("default", max_examples=200, deadline=None)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def ephemeral() -> Iterator[Path]:
    """A state folder of this run, removed at its end."""
    with ephemeral_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres(ephemeral: Path) -> Iterator[EmbeddedPostgres]:
    """A real PostgreSQL 18 of this run, with a migrated database to copy."""
    server = EmbeddedPostgres(ephemeral / "postgres", durable=False)
    server.start()
    make_template(server)
    yield server
    server.remove()


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A migrated database of this test module, as the product's own user sees it."""
    with fresh_database(postgres) as made:
        yield made


@pytest.fixture(scope="module")
def database_dsn(database: Database) -> str:
    """The same database, as psycopg2.connect takes it."""
    return database.dsn


@pytest.fixture
def fresh(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A migrated database of this one test."""
    with fresh_database(postgres) as made:
        yield made


@pytest.fixture(scope="session")
def stack(ephemeral: Path) -> Iterator[Addresses]:
    """The deployed stack of this run: MiniStack's, or that of STACK_ENDPOINT_URL's emulator."""
    with start_ephemeral(ephemeral / "stack") as addresses:
        yield addresses
