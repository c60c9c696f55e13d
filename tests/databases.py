"""Migrated databases for tests, copied from one template."""

import itertools
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2 import sql

from chalicelib.migrations.runner import _apply_next, apply_migrations
from infra.local.postgres import Database, EmbeddedPostgres

_TEMPLATE = "migrated"
_numbers = itertools.count(1)


def make_template(server: EmbeddedPostgres) -> None:
    """Create and migrate the database that the others are copied from."""
    _execute(server, "CREATE DATABASE {} OWNER importer", _TEMPLATE)
    with closing(psycopg2.connect(server.application(_TEMPLATE).dsn)) as connection, connection:
        apply_migrations(connection)


@contextmanager
def fresh_database(server: EmbeddedPostgres) -> Iterator[Database]:
    """Yield a migrated, empty database and drop it at the end."""
    name = f"test_{next(_numbers)}"
    _execute(
        server, "CREATE DATABASE {} OWNER importer TEMPLATE {} STRATEGY file_copy", name, _TEMPLATE
    )
    try:
        yield server.application(name)
    finally:
        _execute(server, "DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def older_database(server: EmbeddedPostgres, version: int) -> Iterator[Database]:
    """Yield an empty database with the migrations up to `version`, and drop it at the end."""
    name = f"test_{next(_numbers)}"
    _execute(server, "CREATE DATABASE {} OWNER importer", name)
    try:
        with closing(psycopg2.connect(server.application(name).dsn)) as connection:
            for _ in range(version):
                _apply_next(connection)
        yield server.application(name)
    finally:
        _execute(server, "DROP DATABASE {} WITH (FORCE)", name)


def _execute(server: EmbeddedPostgres, statement: str, *names: str) -> None:
    with closing(psycopg2.connect(server.admin().dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
