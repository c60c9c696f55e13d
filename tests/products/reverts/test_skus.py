"""SKUs that went from one product of a job to another go back, in whatever order batches run."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.products.batches import ledger
from chalicelib.products.batches.running import settle
from chalicelib.products.journal.restoring import restore_version
from chalicelib.products.journal.writing import Journal
from tests.products.reverts.changing import edit, run_job
from tests.products.reverts.reverting import Revert, read_catalogue, read_conflicts

HEADER = "sku,name,description,price,quantity,color,size\n"
Skus = dict[str, int]  # the ids of products by their SKUs


@pytest.fixture
def connection(database_dsn: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened
        opened.rollback()


def bring(connection: Connection, number: int, *skus: str) -> Skus:
    """Import products as job `number`; return all products."""
    records = "".join(f"{sku},of {number},,{number},,,\n" for sku in skus)
    run_job(connection, number, ("import", (HEADER + records, "upsert", None, None)))
    return find(connection)


def find(connection: Connection) -> Skus:
    return {row[1]: product_id for product_id, row in read_catalogue(connection).items()}


def rename(connection: Connection, product_id: int, sku: str) -> None:
    which = sorted(read_catalogue(connection)).index(product_id)
    assert edit(connection, "rename", which, sku) == product_id


def overwrite(connection: Connection, number: int, batch_products: int) -> dict[str, int]:
    revert = Revert(
        f"job_{number}",
        "job_revert",
        "overwrite",
        batch_products=batch_products,
        connection=connection,
    )
    preview, counts = revert.preview(), revert.run()
    assert {name: number for name, number in preview.counts.items() if number} == counts
    return counts


@pytest.mark.parametrize("batch_products", [1, 9])
def test_swapped_skus_are_swapped_back(connection: Connection, batch_products: int) -> None:
    ids = bring(connection, 0, "a", "b", "c")
    before = read_catalogue(connection)
    bring(connection, 1, "a", "b", "c")
    for sku, other in (("a", "x"), ("b", "a"), ("c", "b"), ("a", "c")):  # a to b to c to a
        product_id = ids[sku] if sku != "a" or other == "x" else ids["a"]
        rename(connection, product_id, other)
    after = read_catalogue(connection)
    assert overwrite(connection, 1, batch_products) == {"restored": 3}
    assert read_catalogue(connection) == before
    again = Revert("job_revert", "job_again", batch_products=1, connection=connection)
    assert again.run() == {"restored": 3}
    assert read_catalogue(connection) == after
    assert not read_conflicts(connection, "job_again")


@pytest.mark.parametrize("batch_products", [1, 9])
def test_sku_that_a_created_product_took_goes_back(
    connection: Connection, batch_products: int
) -> None:
    bring(connection, 0, "a")
    before = read_catalogue(connection)
    ids = bring(connection, 1, "a", "b")
    rename(connection, ids["a"], "z")
    rename(connection, ids["b"], "a")
    after = read_catalogue(connection)
    assert overwrite(connection, 1, batch_products) == {"restored": 1, "deleted": 1}
    assert read_catalogue(connection) == before
    again = Revert("job_revert", "job_again", batch_products=1, connection=connection)
    assert again.run() == {"restored": 1, "recreated": 1}
    assert read_catalogue(connection) == after


@pytest.mark.parametrize("batch_products", [1, 9])
def test_products_behind_one_that_another_product_blocks_are_kept(
    connection: Connection, batch_products: int
) -> None:
    ids = bring(connection, 0, "a", "b", "c", "d")
    bring(connection, 1, "a", "b", "c", "d")
    rename(connection, ids["c"], "x")
    rename(connection, ids["b"], "c")
    rename(connection, ids["a"], "b")
    assert edit(connection, "create", 0, "a")  # no product of the job
    after = read_catalogue(connection)
    assert overwrite(connection, 1, batch_products) == {"restored": 1, "conflicts": 3}
    assert read_conflicts(connection, "job_revert") == {
        ids[sku]: ("sku_taken", False) for sku in "abc"
    }
    reverted = read_catalogue(connection)
    assert [reverted[ids[sku]] for sku in "abc"] == [after[ids[sku]] for sku in "abc"]


@pytest.mark.parametrize("batch_products", [1, 9])
def test_one_of_two_products_that_had_a_sku_in_turn_gets_it_back(
    connection: Connection, batch_products: int
) -> None:
    """A revert moved the SKU of one, then an edit brought the other back with it."""
    ids = bring(connection, 0, "a", "b")
    low, high = sorted(ids.values())
    bring(connection, 1, "a", "b")
    rename(connection, high, "x")
    assert edit(connection, "delete", 1, "") == high
    rename(connection, low, "x")
    revert = Revert("job_1", "job_revert", "overwrite", batch_products=1, connection=connection)
    revert.begin()
    first, second = revert.missing()  # in the order of ids
    revert.revert(first)
    with connection.cursor() as cursor:
        restore_version(cursor, Journal("key_test"), high, lambda _: None, 3)
    revert.revert(second)
    assert revert.close() == {"restored": 2}
    assert find(connection) == ids
    again = Revert("job_revert", "job_again", batch_products=batch_products, connection=connection)
    preview = again.preview()
    assert again.run() == {"restored": 1, "conflicts": 1}
    assert (preview.counts["restored"], preview.counts["conflicts"]) == (1, 1)
    assert [reason for reason, _ in read_conflicts(connection, "job_again").values()] == [
        "sku_taken"
    ]
    assert "x" in find(connection)


def test_no_count_decreases_when_skus_go_back(connection: Connection) -> None:
    ids = bring(connection, 0, "a", "b")
    bring(connection, 1, "a", "b")
    for product_id, sku in ((ids["a"], "x"), (ids["b"], "a"), (ids["a"], "b")):
        rename(connection, product_id, sku)
    revert = Revert("job_1", "job_revert", "overwrite", batch_products=1, connection=connection)
    revert.begin()
    for batch in revert.missing():
        revert.revert(batch)
    before = ledger.sum_batches(connection, "job_revert").counts
    assert set(before.values()) == {0}
    for _ in range(2):
        settle(connection, revert.work, Journal("job_revert"))
    assert revert.close() == {"restored": 2}
