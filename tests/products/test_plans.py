"""How PostgreSQL reads a catalogue of some size for lists: by indexes, never all of it.

What a plan costs is seen at millions of products; that it is of the right kind is seen here.
"""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.products.lists.documents import BLOCK_IDS, begin_reading
from chalicelib.products.lists.listing import Sort, list_products
from chalicelib.products.lists.search import search_products
from infra.local.postgres import Database
from tests.products.shelves import filters_of, index_all, open_catalogue

SORTS = get_args(Sort)
PRODUCTS = 20_000
_FILL = """
INSERT INTO products (sku, sku_key, name, description, price, active, source_job_id, source_line,
                      updated_at, brand)
SELECT 'SKU-' || n, sku_key_of('SKU-' || n), 'Lamp ' || n * 7919 %% 20000, 'A lamp of series ' || n,
       n %% 5000, n %% 10 > 0, 'job_' || lpad((n %% 20)::text, 26, '0'), n,
       now() - n * interval '1 second', 'Brand ' || n %% 50
FROM generate_series(1, %s) AS n
"""
Node = dict[str, Any]


class Explained(Cursor):
    """A cursor that keeps the plan of every SELECT that it executes."""

    plans: list[Node]

    def execute(self, query: Any, values: Any = None) -> None:
        text = query if isinstance(query, str) else query.as_string(self)
        statement = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
        if statement.lstrip().startswith(("SELECT", "WITH")):
            super().execute("EXPLAIN (FORMAT json) " + statement, values)
            found = self.fetchone()
            assert found is not None
            self.plans.append(found[0][0]["Plan"])
        super().execute(query, values)


@pytest.fixture(scope="module")
def filled(database: Database) -> Iterator[Connection]:
    with open_catalogue(database.dsn) as connection:
        with connection.cursor() as cursor:
            cursor.execute(_FILL, (PRODUCTS,))
            cursor.execute("INSERT INTO document_backlog SELECT DISTINCT id / 4096 FROM products")
        connection.commit()
        index_all(connection)
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE products, documents")
        connection.autocommit = False
        yield connection


def read(connection: Connection, sort: Sort | None, after: Any, **given: Any) -> list[Node]:
    """Read a page; return the plans of all its statements."""
    cursor = connection.cursor(cursor_factory=Explained)
    cursor.plans = []
    filters = filters_of(given)
    try:
        snapshot = begin_reading(cursor)
        if sort is None:
            search_products(cursor, snapshot, filters, after, 25)
        else:
            list_products(cursor, snapshot, filters, sort, after, 25)
        return cursor.plans
    finally:
        connection.rollback()


def nodes_of(plan: Node) -> Iterator[Node]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes_of(child)


def scans_of(plans: list[Node]) -> set[str]:
    """Return the tables that are read row by row."""
    nodes = [node for plan in plans for node in nodes_of(plan)]
    assert nodes
    scanned = {n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan"}
    return {name for name in scanned if name == "products" or name.startswith("documents")}


def sorts_of(plans: list[Node]) -> list[Node]:
    """Return what sorts more than a page; to sort those of one sku is nothing, it is unique."""
    nodes = [node for plan in plans for node in nodes_of(plan)]
    sorting = [n for n in nodes if n["Node Type"] in ("Sort", "Incremental Sort")]
    more = [node for node in sorting if node["Plan Rows"] > 100]
    return [n for n in more if not any("sku_key" in key for key in n.get("Presorted Key", []))]


def position_of(connection: Connection, sort: Sort) -> tuple[Any, int]:
    """Return a position in the middle of the list."""
    column = {"sku": "sku_key", "name": "name_key", "price": "price_key"}.get(sort.lstrip("-"))
    column = column or "updated_at"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, id FROM documents ORDER BY 1, 2 OFFSET %s LIMIT 1", (PRODUCTS // 2,)
        )
        [found] = cursor.fetchall()
    connection.rollback()
    return found[0], found[1]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("place", ["first", "deep"])
def test_a_list_in_any_order_is_read_in_that_order(
    filled: Connection, sort: Sort, place: str
) -> None:
    after = position_of(filled, sort) if place == "deep" else None
    plans = read(filled, sort, after)
    assert scans_of(plans) == set()
    assert sorts_of(plans) == []


def test_a_list_by_name_is_read_by_the_index_on_names(filled: Connection) -> None:
    [*_, plan] = read(filled, "name", None)
    indexes = {node.get("Index Name", "") for node in nodes_of(plan)}
    assert any("name_key" in name for name in indexes)


@pytest.mark.parametrize("sort", SORTS)
def test_a_list_beside_a_small_backlog_is_read_in_its_order_as_well(
    filled: Connection, sort: Sort
) -> None:
    with filled.cursor() as cursor:
        cursor.execute("INSERT INTO document_backlog (block) VALUES (2)")
    filled.commit()
    try:
        plans = read(filled, sort, None)
    finally:
        with filled.cursor() as cursor:
            cursor.execute("DELETE FROM document_backlog")
        filled.commit()
    assert scans_of(plans) == set()
    assert all(node["Plan Rows"] <= 2 * BLOCK_IDS for node in sorts_of(plans))


@pytest.mark.parametrize(
    "given",
    [
        {"search": "lamp"},
        {"search": "series 77"},
        {"search": "lam", "active": False},
        {"search": "sku-12345"},
    ],
)
def test_a_search_reads_no_table_row_by_row(filled: Connection, given: dict[str, Any]) -> None:
    assert scans_of(read(filled, None, None, **given)) == set()


@pytest.mark.parametrize(
    "given",
    [
        {"sku": "SKU-77"},
        {"sku_prefix": "SKU-77"},
        {"job_id": f"job_{3:026}"},
        {"price_from": "4999"},
        {"active": False},
        {"brand": "Brand 7"},
    ],
)
@pytest.mark.parametrize("sort", SORTS)
def test_a_filter_reads_no_table_row_by_row(
    filled: Connection, sort: Sort, given: dict[str, Any]
) -> None:
    assert scans_of(read(filled, sort, None, **given)) == set()


@pytest.mark.parametrize("width", [100, 300, 400])
def test_what_few_products_pass_is_sorted_not_met_on_the_way_along_an_order(
    filled: Connection, width: int
) -> None:
    """A page along the names would pass by 26 of so few only after most of the catalogue."""
    prices = {"price_from": "3000", "price_to": str(3000 + width), "active": False}
    [*_, plan] = read(filled, "name", None, **prices)
    indexes = {node.get("Index Name", "") for node in nodes_of(plan)}
    assert not any("name_key" in name for name in indexes)


def test_what_most_products_pass_is_met_on_the_way(filled: Connection) -> None:
    plans = read(filled, "name", None, price_from="100", active=True)
    assert sorts_of(plans) == []


def test_a_scan_and_a_sort_would_be_seen(filled: Connection) -> None:
    with filled.cursor(cursor_factory=Explained) as cursor:
        cursor.plans = []
        cursor.execute("SELECT * FROM products ORDER BY description")
        cursor.execute("SELECT * FROM documents WHERE version = 7")
        plans = cursor.plans
    filled.rollback()
    assert "products" in scans_of(plans)
    assert any(name.startswith("documents") for name in scans_of(plans))
    assert sorts_of(plans)
