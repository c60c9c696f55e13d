"""A revert without the workflow around it, and the catalogue as reverts must leave it."""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from chalicelib.products.batches import ledger
from chalicelib.products.batches.running import run_batch, settle
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import release_lease, take_lease
from chalicelib.products.reverts.job import OnConflict
from chalicelib.products.reverts.reversion import Preview, Reversion
from chalicelib.products.reverts.target import Target

_COLUMNS = (
    "id, sku, sku_key, name, brand, description, price, quantity, active, attributes,"
    " source_job_id, source_line, created_at"
)
Row = tuple[Any, ...]


def make_target(job_id: str, changed: int = 0) -> Target:
    """Return a job that has ended just now."""
    now = datetime.now(UTC)
    return Target(job_id, now - timedelta(hours=1), now + timedelta(hours=1), changed)


@dataclass
class Revert:
    """One revert of the job `reverts`.

    With a `connection` all of it is one transaction there, the caller's to end; otherwise each
    step has its own in the database `dsn`.
    """

    reverts: str
    job_id: str = "job_revert"
    on_conflict: OnConflict = "keep"
    dsn: str = ""
    batch_products: int = 3
    connection: Connection | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        self.work = Reversion(make_target(self.reverts), self.on_conflict)

    @contextmanager
    def database(self) -> Iterator[Connection]:
        if self.connection:
            yield self.connection
            return
        with closing(psycopg2.connect(self.dsn)) as connection, connection:
            yield connection

    def begin(self) -> None:
        """Take the lease and plan."""
        with self.database() as connection:
            assert take_lease(connection, self.job_id)
            self.plan(connection)

    def plan(self, connection: Connection) -> None:
        ledger.keep_request(connection, self.job_id, self.work.target.to_json())
        ledger.plan_batches(connection, self.job_id, self.work.find(), self.batch_products)

    def missing(self) -> list[int]:
        with self.database() as connection:
            return sorted(ledger.missing_batches(connection, self.job_id))

    def revert(self, batch: int) -> dict[str, int] | None:
        with self.database() as connection:
            return run_batch(connection, batch, self.work, Journal(self.job_id))

    def close(self) -> dict[str, int]:
        """Release the lease and return the outcomes that aren't 0."""
        with self.database() as connection:
            settle(connection, self.work, Journal(self.job_id))
            release_lease(connection, self.job_id)
            totals = ledger.sum_batches(connection, self.job_id)
            ledger.forget(connection, self.job_id)
        return {outcome: number for outcome, number in totals.counts.items() if number}

    def preview(self) -> Preview:
        with self.database() as connection, connection.cursor() as cursor:
            return self.work.preview(cursor)

    def run(self) -> dict[str, int]:
        """Run all of it, batches in any order and some of them twice."""
        self.begin()
        batches = self.missing()
        order = batches + batches[::2]
        random.shuffle(order)
        for batch in order:
            self.revert(batch)
        return self.close()


def read_catalogue(connection: Connection) -> dict[int, Row]:
    """Return the products by id, without their versions and times of update."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM products")
        return {row[0]: row for row in cursor}


def read_conflicts(connection: Connection, job_id: str) -> dict[int, tuple[str, bool]]:
    """Return the conflicts of a revert: the reason of each, and whether it was overwritten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id, reason, is_overwritten FROM batch_conflicts WHERE job_id = %s",
            (job_id,),
        )
        return {
            product_id: (reason, is_overwritten) for product_id, reason, is_overwritten in cursor
        }
