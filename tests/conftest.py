"""Fixtures of all rooms: PostgreSQL with migrated databases, the stack, Hypothesis profiles."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from infra.local.ephemeral import ephemeral_folder
from infra.local.postgres import Database, EmbeddedPostgres
from infra.local.stack import Addresses, start_ephemeral
from tests.databases import fresh_database, make_template

settings.register_profile("fast", max_examples=50, deadline=None)
settings.register_profile("default", max_examples=200, deadline=None)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the modules with slow tests to the front, so that no core waits for one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def ephemeral() -> Iterator[Path]:
    """A state folder that is removed at the end of the run."""
    with ephemeral_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres(ephemeral: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL 18 server of this run, with a migrated database to copy."""
    server = EmbeddedPostgres(ephemeral / "postgres", durable=False)
    server.start()
    make_template(server)
    yield server
    server.remove()


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A migrated database of this test module, for the product's own user."""
    with fresh_database(postgres) as made:
        yield made


@pytest.fixture(scope="module")
def database_dsn(database: Database) -> str:
    """The DSN of the module's database."""
    return database.dsn


@pytest.fixture
def fresh(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A migrated database of this test only."""
    with fresh_database(postgres) as made:
        yield made


@pytest.fixture(scope="session")
def stack(ephemeral: Path) -> Iterator[Addresses]:
    """The deployed stack of this run, on MiniStack or the emulator at STACK_ENDPOINT_URL."""
    with start_ephemeral(ephemeral / "stack") as addresses:
        yield addresses
