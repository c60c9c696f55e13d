"""A bulk delete without the workflow around it, and products to delete."""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extras import execute_values

from chalicelib.products.batches import ledger
from chalicelib.products.batches.running import run_batch
from chalicelib.products.bulk_delete.deletion import Deletion as Work
from chalicelib.products.bulk_delete.requests import Selection
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import release_lease, take_lease
from chalicelib.products.lists.documents import note_changed

ALL = Selection.model_validate({"all": True})
Product = tuple[str, str, float, bool]  # sku, name, price, active


def by_filter(**filters: Any) -> Selection:
    """Return the selection of a filter."""
    return Selection.model_validate_json(json.dumps({"filter": filters}))


def by_skus(*skus: str) -> Selection:
    """Return the selection of these skus."""
    return Selection.model_validate({"skus": list(skus)})


@dataclass
class Deletion:
    """One bulk delete of `selection`.

    With a `connection` all of it is one transaction there, the caller's to end; otherwise each
    step has its own in the database `dsn`.
    """

    selection: Selection
    dsn: str = ""
    job_id: str = "job_delete"
    batch_products: int = 3
    connection: Connection | None = field(default=None, kw_only=True)

    @contextmanager
    def database(self) -> Iterator[Connection]:
        if self.connection:
            yield self.connection
            return
        with closing(psycopg2.connect(self.dsn)) as connection, connection:
            yield connection

    def begin(self) -> int:
        """Take the lease and plan; return how many products are planned."""
        assert self.try_to_begin()
        with self.database() as connection:
            return ledger.sum_batches(connection, self.job_id).products

    def try_to_begin(self) -> bool:
        """Take the lease and plan, if it is the job's turn."""
        with self.database() as connection:
            if not take_lease(connection, self.job_id):
                return False
            ledger.keep_request(connection, self.job_id, self.selection.to_json())
            found = Work(self.selection).find()
            ledger.plan_batches(connection, self.job_id, found, self.batch_products)
        return True

    def missing(self) -> list[int]:
        with self.database() as connection:
            return sorted(ledger.missing_batches(connection, self.job_id))

    def delete(self, batch: int) -> int | None:
        with self.database() as connection:
            journal = Journal(self.job_id)
            counts = run_batch(connection, batch, Work(self.selection), journal)
        return counts["deleted"] if counts is not None else None

    def counts(self) -> dict[str, int]:
        with self.database() as connection:
            return ledger.sum_batches(connection, self.job_id).counts

    def close(self) -> dict[str, int]:
        with self.database() as connection:
            release_lease(connection, self.job_id)
            ledger.forget(connection, self.job_id)
        return self.counts()

    def run(self, shuffle: Callable[[list[int]], None] = random.shuffle) -> dict[str, int]:
        """Run all of it, batches in any order and some of them twice."""
        self.begin()
        batches = self.missing()
        order = batches + batches[::2]
        shuffle(order)
        for batch in order:
            self.delete(batch)
        return self.close()


def add_products(connection: Connection, products: Iterable[Product]) -> None:
    """Add products to the catalogue, whose documents are yet to be made."""
    with connection.cursor() as cursor:
        added = execute_values(
            cursor,
            "INSERT INTO products (sku, sku_key, name, price, active) VALUES %s RETURNING id",
            [(sku, sku, *others) for sku, *others in products],
            template="(%s, sku_key_of(%s), %s, %s, %s)",
            fetch=True,
        )
        note_changed(cursor, [product_id for (product_id,) in added])


def read_skus(connection: Connection) -> list[str]:
    """Return the skus of all products."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku FROM products ORDER BY sku_key")
        return [sku for (sku,) in cursor]
