"""Lists in every state of the index: as exact as when it is current."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.postgres import fetch_row
from chalicelib.products.lists.documents import BLOCK_IDS, index_next_block, note_changed
from chalicelib.products.lists.listing import Sort
from tests.products.shelves import empty, index_all, open_catalogue, read_all

SORTS = get_args(Sort)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLOCKS = 12  # so that some states of the index are behind in few blocks, and some in many
NAMES = st.sampled_from(["Lamp", "lämp", "Chair", "zoo"])
PRICES = st.sampled_from([None, "0.00", "9.90"])
TIMES = st.integers(0, 2).map(lambda n: NOON + timedelta(microseconds=n))
PRODUCT = st.tuples(
    NAMES, PRICES, st.booleans(), st.sampled_from([None, "job_0000000000000000000000000a"]), TIMES
)
PLACES = st.sampled_from([block * BLOCK_IDS + n for block in range(BLOCKS) for n in (1, 2, 4000)])
SHELF = st.dictionaries(PLACES, PRODUCT, min_size=5, max_size=20)
CHANGES = st.dictionaries(PLACES, st.none() | PRODUCT, max_size=8)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "active": st.booleans(),
        "price[gte]": st.just("0.01"),
        "job_id": st.just("job_0000000000000000000000000a"),
        "sku[prefix]": st.sampled_from(["p-1", "p-2"]),
        "updated_at[gte]": st.just((NOON + timedelta(microseconds=1)).isoformat()),
    },
)
# What the filters and orders mean, as plain SQL over the products.
PLAIN_FILTERS = {
    "active": "active = %(active)s",
    "price[gte]": "price >= 0.01",
    "job_id": "source_job_id = 'job_0000000000000000000000000a'",
    "sku[prefix]": "starts_with(lower(sku), %(sku[prefix])s)",
    "updated_at[gte]": "updated_at >= %(updated_at[gte])s",
}
PLAIN_ORDERS = {
    "sku": 'lower(sku) COLLATE "C"',
    "name": "replace(lower(name), 'ä', 'a') COLLATE \"C\"",
    "price": "coalesce(price, -1)",
    "updated_at": "updated_at",
}


def write(connection: Connection, changes: dict[int, Any]) -> None:
    """Write products at these ids as an import does, or delete those that are None."""
    with connection.cursor() as cursor:
        for product_id, product in changes.items():
            cursor.execute("SELECT max(version) FROM products WHERE id = %s", (product_id,))
            version = (fetch_row(cursor)[0] or 0) + 1
            cursor.execute("DELETE FROM products WHERE id = %s", (product_id,))
            if product:
                sku = f"P-{product_id}"
                cursor.execute(
                    "INSERT INTO products (id, sku, sku_key, name, price, active, source_job_id,"
                    " updated_at, version, source_line) OVERRIDING SYSTEM VALUE"
                    " VALUES (%s, %s, sku_key_of(%s), %s, %s, %s, %s, %s, %s, 1)",
                    (product_id, sku, sku, *product, version),
                )
        note_changed(cursor, list(changes))
    connection.commit()


def read_plainly(connection: Connection, sort: Sort, chosen: dict[str, Any]) -> list[str]:
    direction = "DESC" if sort.startswith("-") else "ASC"
    conditions = " AND ".join(["true", *(PLAIN_FILTERS[name] for name in chosen)])
    order = f"{PLAIN_ORDERS[sort.lstrip('-')]} {direction}, id {direction}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sku FROM products WHERE {conditions} ORDER BY {order}", chosen)
        found = [sku for (sku,) in cursor.fetchall()]
    connection.rollback()
    return found


@pytest.fixture(scope="module", autouse=True)
def _ids(database_dsn: str) -> None:
    """Have the ids that these tests use behind the sequence, as they are in life."""
    with open_catalogue(database_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT setval('products_id_seq', %s)", (BLOCKS * BLOCK_IDS,))
        connection.commit()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shelf=SHELF,
    changes=CHANGES,
    indexed=st.integers(0, 8),
    chosen=FILTERS,
    sort=st.sampled_from(SORTS),
    limit=st.integers(1, 9),
)
def test_a_list_is_exact_whatever_part_of_the_index_is_behind(
    catalogue: Connection,
    shelf: dict[int, Any],
    changes: dict[int, Any],
    indexed: int,
    chosen: dict[str, Any],
    sort: Sort,
    limit: int,
) -> None:
    empty(catalogue)
    write(catalogue, shelf)
    index_all(catalogue)
    write(catalogue, changes)
    for _ in range(indexed):
        index_next_block(catalogue)
    expected = read_plainly(catalogue, sort, chosen)
    assert read_all(catalogue, sort, limit, **chosen) == expected


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("changed", [1, 4, BLOCKS])
def test_a_list_is_exact_with_few_blocks_behind_and_with_all(
    catalogue: Connection, sort: Sort, changed: int
) -> None:
    product = ("Lamp", "1.00", True, None, NOON)
    shelf = {block * BLOCK_IDS + n: product for block in range(BLOCKS) for n in range(1, 9)}
    write(catalogue, shelf)
    index_all(catalogue)
    write(catalogue, {b * BLOCK_IDS + 1: ("aaa", None, True, None, NOON) for b in range(changed)})
    write(catalogue, {b * BLOCK_IDS + 2: None for b in range(changed)})
    write(catalogue, {b * BLOCK_IDS + 9: ("zoo", "9", True, None, NOON) for b in range(changed)})
    assert read_all(catalogue, sort, 10) == read_plainly(catalogue, sort, {})
