"""A concurrent import, bulk delete and edits have the result of one of their serial orders."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import permutations
from typing import NamedTuple

import psycopg2
import pytest

from infra.local.postgres import Database
from tests.crash.deletions import CrashingDeletion, make_products
from tests.crash.imports import CrashingImport
from tests.crash.workers import make_settings
from tests.imports.pipeline import COMMA
from tests.products.bulk_delete.deletion import add_products, by_filter

_PRODUCTS = 3_000
pytestmark = pytest.mark.slow


class Row(NamedTuple):
    """The fields of a product that these tests compare."""

    name: str
    active: bool


class Edit(NamedTuple):
    """The row that an edit writes, and whether it found the product."""

    row: Row
    found: bool


Rows = dict[str, Row]
Step = Callable[[Row | None], Row | None]  # the effect of a job on a product


def make_records(generator: random.Random) -> Rows:
    """Return records that update some products, some of them to inactive, and add others."""
    numbers = generator.sample(range(_PRODUCTS * 2), _PRODUCTS)
    return {f"s-{n}": Row("imported", generator.random() < 0.5) for n in numbers}


def to_csv(records: Rows) -> bytes:
    lines = [f"{key},{row.name},{row.active}\n" for key, row in records.items()]
    return ("sku,name,active\n" + "".join(lines)).encode()


def edit_some(
    database: Database, generator: random.Random, stop: threading.Event
) -> dict[str, Edit]:
    """Edit products one by one until `stop` is set."""
    edits: dict[str, Edit] = {}
    keys = [f"s-{n}" for n in range(_PRODUCTS * 2)]
    generator.shuffle(keys)
    with closing(psycopg2.connect(database.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            while keys and not stop.is_set():
                key, row = keys.pop(), Row("edited", generator.random() < 0.5)
                cursor.execute(
                    "UPDATE products SET name = %s, active = %s WHERE sku_key = %s", (*row, key)
                )
                edits[key] = Edit(row, cursor.rowcount == 1)
    return edits


def delete_all_batches(deletion: CrashingDeletion, may_begin: threading.Event) -> None:
    """Wait for the lease, plan, and delete with two workers."""
    may_begin.wait(30)
    while not deletion.try_to_begin():
        time.sleep(0.01)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deletion.delete, deletion.missing()))
    deletion.close()


def import_all_ranges(job: CrashingImport, has_begun: threading.Event) -> None:
    """Stage, wait for the lease, and merge with two workers."""
    job.prepare()
    for step in job.steps("stage"):
        job.run_step(step)
    while not job.take_lease():
        time.sleep(0.01)
    has_begun.set()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(job.run_step, job.missing("merge")))
    job.close()


def serial_ends(
    before: Row | None, edit: Edit | None, steps: Sequence[Step]
) -> Iterator[Row | None]:
    """Yield the possible results for a product, with its edit at every place among the steps."""
    for place in range(len(steps) + 1):
        row, is_possible = before, True
        for number in range(len(steps) + 1):
            if number == place and edit:
                is_possible = edit.found == (row is not None)
                row = edit.row if edit.found else row
            row = steps[number](row) if number < len(steps) else row
        if is_possible:
            yield row


def read_rows(database: Database) -> Rows:
    with closing(psycopg2.connect(database.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sku_key, name, active FROM products")
        return {key: Row(*values) for key, *values in cursor}


def leaves(
    order: Sequence[str], before: Rows, records: Rows, edits: dict[str, Edit], after: Rows
) -> bool:
    """Return whether the jobs in this order, with each edit at some place, result in `after`."""
    for key in before.keys() | records.keys() | after.keys():
        steps: dict[str, Step] = {
            "import": lambda row, key=key: records.get(key, row),  # type: ignore[misc]
            "delete": lambda row: row if row and row.active else None,
        }
        ends = serial_ends(before.get(key), edits.get(key), [steps[name] for name in order])
        if after.get(key) not in list(ends):
            return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_result_is_that_of_a_serial_order(fresh: Database, seed: int) -> None:
    generator, settings = random.Random(seed), make_settings(fresh)
    products, records = make_products(generator, _PRODUCTS), make_records(generator)
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection:
        add_products(connection, products)
    before, raw = read_rows(fresh), to_csv(records)
    importing = CrashingImport(
        fresh.dsn,
        raw,
        "job_import",
        COMMA,
        span_bytes=len(raw) // 3,
        boundaries=["s-2", "s-3", "s-4", "s-5"],
        settings=settings,
    )
    deleting = CrashingDeletion(by_filter(active=False), batch_products=100, settings=settings)
    stop, may_delete = threading.Event(), threading.Event()
    if seed % 2:
        may_delete.set()  # else once the import has begun to merge
    with ThreadPoolExecutor(3) as pool:
        editing = pool.submit(edit_some, fresh, generator, stop)
        jobs = [
            pool.submit(import_all_ranges, importing, may_delete),
            pool.submit(delete_all_batches, deleting, may_delete),
        ]
        for job in jobs:
            job.result()
        stop.set()
        edits = editing.result()
    after = read_rows(fresh)
    found = [
        order
        for order in permutations(("import", "delete"))
        if leaves(order, before, records, edits, after)
    ]
    assert len(found) == 1, found  # the orders have different results
    assert sum(edit.found for edit in edits.values()) > 100
