"""The database's schema: numbered SQL files, each applied once, in order."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chalice.app import Blueprint
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.migrations.session import keep_session
from chalicelib.migrations.user import LOCK, make_user
from chalicelib.postgres import NotAdmittedError, connect
from chalicelib.telemetry import worker

migrations = Blueprint(__name__)

_FOLDER = Path(__file__).parent / "sql"
_TAKE_LOCK = "SELECT pg_advisory_xact_lock(%s)"  # until the transaction ends


class MigrationChangedError(Exception):
    """A migration was edited after it was applied."""


@dataclass(frozen=True)
class Migration:
    """One file: its number, its name and its text."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """The checksum that detects an edited file."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@migrations.lambda_function(name="migrate_database")
@worker
def migrate_database(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bring the schema up to date. Idempotent, also concurrently, by a lock and a row per file.

    With `master`, {"username", "password"}, it creates the functions' user first. Without it, on
    AWS, the outcome is user_missing if that user doesn't exist yet.
    """
    settings, master = services().settings, event.get("master")
    if master:
        make_user(settings, master["username"], master["password"])
    try:
        with connect(settings, "migrate_database") as connection:
            applied = apply_migrations(connection)
    except NotAdmittedError:
        if master or settings.database_password.get_secret_value():
            raise
        return {"outcome": "user_missing"}
    return {"outcome": "migrated", "applied": applied, "version": read_migrations()[-1].version}


@cache
def read_migrations() -> tuple[Migration, ...]:
    """Return the migrations in order. Raises ValueError for a missing or repeated number."""
    found = []
    for path in sorted(_FOLDER.glob("*.sql")):
        number, name = path.stem.split("_", 1)
        found.append(Migration(int(number), name, path.read_text(encoding="utf-8")))
    if [m.version for m in found] != list(range(1, len(found) + 1)):
        raise ValueError("migrations must be numbered 0001, 0002, ... without a gap")
    return tuple(found)


def apply_migrations(connection: Connection) -> list[str]:
    """Apply the missing migrations, each in a transaction of its own; return their names.

    A migration that fails keeps those before it, and its locks last no longer than itself. The
    connection's user, who owns the schema, gets the settings of the functions' sessions.
    """
    applied = []
    while migration := _apply_next(connection):
        applied.append(migration.name)
    with connection.cursor() as cursor:  # PostgreSQL refuses two changes of a role at once
        cursor.execute(_TAKE_LOCK, (LOCK,))
    keep_session(connection)
    return applied


def _apply_next(connection: Connection) -> Migration | None:
    """Apply the first missing migration and commit; return it, or None if none is missing.

    Idempotent and safe when two run at once: the second waits for the lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_LOCK, (LOCK,))
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY,"
            " name text NOT NULL, checksum text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        cursor.execute("SELECT version, checksum FROM schema_migrations")
        known = dict(cursor.fetchall())
        migration = _find_missing(known)
        if migration is not None:
            cursor.execute(migration.text)
            cursor.execute(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES (%s, %s, %s)",
                (migration.version, migration.name, migration.checksum),
            )
    connection.commit()
    return migration


def _find_missing(known: Mapping[int, str]) -> Migration | None:
    """Return the first migration that isn't `known`, by version and checksum; None if all are.

    Raises MigrationChangedError if a known one was edited.
    """
    missing = []
    for migration in read_migrations():
        if migration.version in known:
            _check_unchanged(migration, known[migration.version])
        else:
            missing.append(migration)
    return missing[0] if missing else None


def _check_unchanged(migration: Migration, checksum: str) -> None:
    if migration.checksum != checksum:
        raise MigrationChangedError(
            f"{migration.version:04}_{migration.name}.sql was edited after it was applied."
            " Restore it and write a new migration."
        )
