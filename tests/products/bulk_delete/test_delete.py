"""Batches on a real database: what goes, what stays, and that nothing goes or counts twice."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.products.batches import ledger
from chalicelib.products.lease import LeaseLostError, release_lease, take_lease
from infra.local.postgres import Database
from tests.products.bulk_delete.deletion import (
    ALL,
    Deletion,
    add_products,
    by_filter,
    by_skus,
    read_skus,
)

PRODUCTS = [(f"S-{n:02d}", f"Lamp {n}", n / 2, n % 3 != 0) for n in range(20)]
INACTIVE = [sku for sku, _, _, active in PRODUCTS if not active]
ACTIVE = [sku for sku, _, _, active in PRODUCTS if active]


def execute(connection: Connection, statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def ours(connection: Connection) -> Connection:
    """A transaction in which there are some products."""
    add_products(connection, PRODUCTS)
    return connection


@pytest.mark.parametrize("seed", range(3))
def test_matching_products_are_deleted_and_others_stay(ours: Connection, seed: int) -> None:
    del seed  # the order is another each time
    assert Deletion(by_filter(active=False), connection=ours).run() == {"deleted": 7, "skipped": 0}
    assert read_skus(ours) == ACTIVE
    found = Deletion(by_skus("s-01", "S-02", "S-00"), job_id="job_2", connection=ours).run()
    assert found == {"deleted": 2, "skipped": 0}
    found = Deletion(ALL, job_id="job_3", connection=ours).run()
    assert found == {"deleted": len(ACTIVE) - 2, "skipped": 0}
    assert read_skus(ours) == []


def test_selection_without_matches_plans_nothing(ours: Connection) -> None:
    assert Deletion(by_skus("nothing"), connection=ours).run() == {}


def test_batches_are_neighbours_and_of_one_size(ours: Connection) -> None:
    deletion = Deletion(ALL, connection=ours, batch_products=8)
    assert deletion.begin() == 20
    with ours.cursor() as cursor:
        cursor.execute("SELECT ids FROM batches ORDER BY batch")
        batches = [ids for (ids,) in cursor]
    assert [len(ids) for ids in batches] == [8, 8, 4]
    in_order = [product_id for ids in batches for product_id in ids]
    assert in_order == sorted(in_order)


def test_a_batch_is_deleted_and_counted_once(ours: Connection) -> None:
    deletion = Deletion(ALL, connection=ours)
    deletion.begin()
    assert (deletion.delete(0), deletion.delete(0)) == (3, None)
    assert deletion.counts() == {"deleted": 3, "skipped": 0}
    assert deletion.missing() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("selection", [ALL, by_filter(active=True)])
def test_a_product_created_after_the_plan_is_never_deleted(
    ours: Connection, selection: object
) -> None:
    deletion = Deletion(ALL if selection is ALL else by_filter(active=True), connection=ours)
    planned = deletion.begin()
    add_products(ours, [("NEW", "Lamp", 1, True)])
    execute(ours, "DELETE FROM products WHERE sku = 'S-01'")
    add_products(ours, [("S-01", "The same sku again", 1, True)])
    for batch in deletion.missing():
        deletion.delete(batch)
    assert deletion.close() == {"deleted": planned - 1, "skipped": 1}
    assert {"NEW", "S-01"} <= set(read_skus(ours))


def test_product_that_no_longer_matches_stays(ours: Connection) -> None:
    deletion = Deletion(by_filter(active=False), connection=ours)
    deletion.begin()
    execute(ours, "UPDATE products SET active = true WHERE sku = 'S-03'")
    execute(ours, "UPDATE products SET name = 'still inactive' WHERE sku = 'S-06'")
    for batch in deletion.missing():
        deletion.delete(batch)
    assert deletion.close() == {"deleted": 6, "skipped": 1}
    assert sorted(read_skus(ours)) == sorted([*ACTIVE, "S-03"])


def test_product_that_matches_only_since_the_plan_stays(ours: Connection) -> None:
    deletion = Deletion(by_filter(active=False), connection=ours)
    deletion.begin()
    execute(ours, "UPDATE products SET active = false WHERE sku = 'S-01'")
    for batch in deletion.missing():
        deletion.delete(batch)
    assert deletion.close() == {"deleted": 7, "skipped": 0}
    assert "S-01" in read_skus(ours)


def test_product_with_another_sku_since_the_plan_no_longer_matches(ours: Connection) -> None:
    deletion = Deletion(by_skus("S-01", "S-02"), connection=ours)
    deletion.begin()
    execute(ours, "UPDATE products SET sku = 'X', sku_key = 'x' WHERE sku = 'S-01'")
    deletion.delete(0)
    assert deletion.close() == {"deleted": 1, "skipped": 1}
    assert "X" in read_skus(ours)


def test_batches_are_not_deleted_without_the_lease(ours: Connection) -> None:
    deletion = Deletion(ALL, connection=ours)
    deletion.begin()
    deletion.delete(0)
    release_lease(ours, deletion.job_id)
    assert take_lease(ours, "job_other")
    with pytest.raises(LeaseLostError):
        deletion.delete(1)
    assert len(read_skus(ours)) == 17


def test_closed_delete_keeps_only_its_counts(ours: Connection) -> None:
    deletion = Deletion(ALL, connection=ours)
    deletion.begin()
    deletion.delete(0)
    assert deletion.close() == deletion.close() == {"deleted": 3, "skipped": 0}
    assert deletion.missing() == []
    with ours.cursor() as cursor:
        cursor.execute("SELECT count(ids), count(*) FROM batches")
        assert cursor.fetchone() == (0, 1)
        cursor.execute("SELECT request FROM batch_jobs")
        assert cursor.fetchone() == (None,)


@contextmanager
def running_worker(deletion: Deletion, batch: int) -> Iterator[list[int | None]]:
    """Have a worker delete a batch while the block runs, and end after it."""
    found: list[int | None] = []
    worker = threading.Thread(target=lambda: found.append(deletion.delete(batch)))
    worker.start()
    yield found
    worker.join(30)
    assert not worker.is_alive()


@pytest.fixture
def planned(fresh: Database) -> Deletion:
    """A bulk delete of the inactive products, planned as one batch, with a database of its own."""
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection:
        add_products(connection, PRODUCTS)
    deletion = Deletion(by_filter(active=False), fresh.dsn, batch_products=100)
    assert deletion.begin() == 7
    return deletion


def wait_for_lock(deletion: Deletion) -> None:
    """Wait until a session waits for a lock."""
    with closing(psycopg2.connect(deletion.dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True  # a transaction would see the sessions as they were at first
        for _ in range(1000):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchall()[0][0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize(
    ("edit", "outcome"),
    [
        ("UPDATE products SET active = true WHERE sku = 'S-03'", {"deleted": 6, "skipped": 1}),
        ("UPDATE products SET name = 'edited' WHERE sku = 'S-03'", {"deleted": 7, "skipped": 0}),
        ("DELETE FROM products WHERE sku = 'S-03'", {"deleted": 6, "skipped": 1}),
    ],
)
def test_an_edit_under_way_is_waited_for_and_judged_by_what_it_left(
    planned: Deletion, edit: str, outcome: dict[str, int]
) -> None:
    with closing(psycopg2.connect(planned.dsn)) as editor:
        execute(editor, edit)
        with running_worker(planned, 0):
            wait_for_lock(planned)
            editor.commit()
    assert planned.counts() == outcome


def test_of_two_workers_at_one_batch_one_deletes_it(planned: Deletion) -> None:
    with closing(psycopg2.connect(planned.dsn)) as editor:
        execute(editor, "UPDATE products SET name = 'edited' WHERE sku = 'S-03'")
        with running_worker(planned, 0) as first, running_worker(planned, 0) as second:
            wait_for_lock(planned)
            editor.commit()
    assert sorted([*first, *second], key=str) == [7, None]
    assert planned.counts() == {"deleted": 7, "skipped": 0}


def test_the_lease_is_not_given_back_before_the_workers_have_ended(planned: Deletion) -> None:
    with closing(psycopg2.connect(planned.dsn)) as editor:
        execute(editor, "UPDATE products SET name = 'edited' WHERE sku = 'S-03'")
        with running_worker(planned, 0):
            wait_for_lock(planned)
            with closing(psycopg2.connect(planned.dsn)) as ending:
                execute(ending, "SET lock_timeout = '200ms'")
                with pytest.raises(psycopg2.errors.LockNotAvailable):
                    release_lease(ending, planned.job_id)
            editor.commit()
    assert planned.close() == {"deleted": 7, "skipped": 0}


def test_counts_of_an_unknown_job_are_nothing(connection: Connection) -> None:
    assert ledger.sum_batches(connection, "job_none").counts == {}
