"""The catalogue in PostgreSQL: reads, locks and lost connections."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import psycopg2
from psycopg2 import sql

from infra.local.postgres import Database

Row = dict[str, Any]

FIELDS = ("sku", "name", "brand", "description", "price", "quantity", "active", "attributes")
_WAIT_SECONDS = 240.0  # on a machine that does much else; a wait ends as soon as it can
T = TypeVar("T")


def wait_until(look: Callable[[], T], what: str, seconds: float = _WAIT_SECONDS) -> T:
    """Look again and again until there is something; return it."""
    limit = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < limit, f"never seen: {what}"
        time.sleep(0.005)
    return found


@dataclass(frozen=True)
class Catalogue:
    """The database of the deployed stack."""

    database: Database

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.database.dsn)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Take everything out, a table at a time: workers that make documents may be at it.

        Documents are many tables, which take long to truncate.
        """
        for statement in (
            "TRUNCATE products",
            "DELETE FROM document_backlog",
            "DELETE FROM documents",
        ):
            self.query(statement)

    def products(self) -> dict[str, Row]:
        """Return all products by sku_key."""
        found = self.query(f"SELECT sku_key, {', '.join(FIELDS)} FROM products")
        return {key: dict(zip(FIELDS, values, strict=True)) for key, *values in found}

    def names(self) -> dict[str, str]:
        """Return the names of all products by sku."""
        return dict(self.query("SELECT sku, name FROM products"))

    def row_versions(self) -> dict[str, tuple[str, str]]:
        """Return what changes whenever a row is written, by sku_key."""
        found = self.query("SELECT sku_key, xmin::text, ctid::text FROM products")
        return {key: (xmin, ctid) for key, xmin, ctid in found}

    def sources(self) -> dict[str, tuple[str, int]]:
        """Return the job and the line that last wrote each product, by sku."""
        found = self.query("SELECT sku, source_job_id, source_line FROM products")
        return {sku: (job_id, line) for sku, job_id, line in found}

    def leftovers(self, job_id: str) -> dict[str, int]:
        """Return how many rows are kept that a job needs only while it runs."""
        counted = {
            "tables": "SELECT count(*) FROM pg_tables"
            " WHERE schemaname = 'staging' AND starts_with(tablename, %s)",
            "ranges": "SELECT count(*) FROM import_ranges WHERE job_id = %s",
            "lease": "SELECT count(*) FROM catalogue_lease WHERE job_id = %s",
            "plans": "SELECT count(*) FROM import_plans WHERE job_id = %s",
        }
        return {name: self.query(query, job_id)[0][0] for name, query in counted.items()}

    def staged_ranges(self, job_id: str) -> set[int]:
        """Return the ranges of a job that its ledger has."""
        found = self.query("SELECT range FROM import_ranges WHERE job_id = %s", job_id)
        return {number for (number,) in found}

    @contextmanager
    def transaction(
        self, statement: str, *values: Any, is_committed: bool = False
    ) -> Iterator[None]:
        """Hold a statement's transaction open for the block."""
        with closing(psycopg2.connect(self.database.dsn)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
            yield
            if is_committed:
                connection.commit()

    @contextmanager
    def hold(self, table: str) -> Iterator[None]:
        """Block writes to a table until the end of the block."""
        with self.transaction(f"LOCK TABLE {table} IN SHARE MODE"):
            yield

    def wait_for_anyone(self, application: str) -> None:
        """Wait until a session of this name waits for a lock."""
        query = (
            "SELECT 1 FROM pg_stat_activity"
            " WHERE application_name = %s AND wait_event_type = 'Lock'"
        )
        wait_until(lambda: self.query(query, application), f"{application} waiting")

    def find_workers(self, step: str, job_id: str) -> list[tuple[int, bool]]:
        """Return the sessions of a running step: the client's port, and whether it waits."""
        found = self.query(
            "SELECT client_port, wait_event_type IS NOT DISTINCT FROM 'Lock'"
            " FROM pg_stat_activity WHERE application_name = %s",
            f"{step} {job_id}",
        )
        return [(port, waits) for port, waits in found]

    def wait_for(self, step: str, job_id: str, *, is_waiting: bool) -> int:
        """Wait until a step runs, or waits for a lock; return its port."""
        found = wait_until(
            lambda: [
                port for port, waits in self.find_workers(step, job_id) if waits or not is_waiting
            ],
            f"{step} of {job_id} running",
        )
        return found[0]

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the database away from everyone: sessions end, and nobody gets a new one."""
        name = sql.Identifier(self.database.name)
        dsn = replace(self.database, name="postgres").dsn  # not from within itself
        with closing(psycopg2.connect(dsn)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
                try:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = %s AND usename = current_user",
                        (self.database.name,),
                    )
                    yield
                finally:
                    cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
