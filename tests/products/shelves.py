"""Products put straight into a real catalogue, and read by lists as the API reads them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from chalicelib.postgres import fetch_row
from chalicelib.products.lease import find_holder
from chalicelib.products.lists.documents import begin_reading, index_next_block, note_changed
from chalicelib.products.lists.filters import Filters
from chalicelib.products.lists.listing import Page, Sort, list_products
from chalicelib.products.lists.search import search_products
from chalicelib.products.models import Product

_INSERT = """
INSERT INTO products (sku, sku_key, name, description, price, active, source_job_id, source_line,
                      updated_at)
VALUES (%(sku)s, sku_key_of(%(sku)s), %(name)s, %(description)s, %(price)s, %(active)s, %(job_id)s,
        1, coalesce(%(updated_at)s::timestamptz, clock_timestamp()))
RETURNING id
"""
# Truncating the documents takes half a second, for all their partitions and indexes.
EMPTY = "DELETE FROM products; DELETE FROM documents; DELETE FROM document_backlog"
_DEFAULTS = {"description": "", "price": "1.00", "active": True, "job_id": None, "updated_at": None}


def put(connection: Connection, **values: Any) -> int:
    """Put a product into the catalogue as an import does: its document comes later."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, _DEFAULTS | {"name": values.get("sku")} | values)
        product_id = int(fetch_row(cursor)[0])
        note_changed(cursor, [product_id])
    connection.commit()
    return product_id


def take(connection: Connection, product_id: int) -> None:
    """Delete a product as a bulk delete does."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM products WHERE id = %s", (product_id,))
        note_changed(cursor, [product_id])
    connection.commit()


def index_all(connection: Connection) -> None:
    """Make all documents that are missing or old."""
    while index_next_block(connection):
        pass


def empty(connection: Connection) -> None:
    """Take everything out of the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
    connection.commit()


def differences(connection: Connection) -> list[tuple[Any, ...]]:
    """Return the documents that are not as their products are, and those that are missing."""
    both = "(SELECT * FROM {} EXCEPT SELECT * FROM {})"
    ways = (("documents", "current_documents"), ("current_documents", "documents"))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(both.format(*way) for way in ways))
        found = cursor.fetchall()
    connection.commit()
    return found


def filters_of(given: Mapping[str, Any]) -> Filters:
    """Return filters given by their names in Python or in a query."""
    return Filters.model_validate(dict(given), by_name=True, by_alias=True)


def read_page(
    connection: Connection, sort: Sort | None, after: Any, limit: int, **given: Any
) -> Page:
    """Read one page, with the filters as a query names them; no sort ranks a search."""
    filters = filters_of(given)
    try:
        with connection.cursor() as cursor:
            snapshot = begin_reading(cursor)
            if sort is None:
                return search_products(cursor, snapshot, filters, after, limit)
            return list_products(cursor, snapshot, filters, sort, after, limit)
    finally:
        connection.rollback()


def read_pages(
    connection: Connection, sort: Sort | None, limit: int, **given: Any
) -> Iterator[list[Product]]:
    """Read a list page by page to its end."""
    after = None
    while True:
        page = read_page(connection, sort, after, limit, **given)
        yield list(page.products)
        after = page.last
        if after is None:
            return


def read_all(connection: Connection, sort: Sort | None, limit: int = 7, **given: Any) -> list[str]:
    """Return the skus of a whole list, in its order."""
    pages = read_pages(connection, sort, limit, **given)
    return [product.sku for page in pages for product in page]


def lease_holder(connection: Connection) -> str | None:
    """Return the job that has the lease on the catalogue."""
    holder = find_holder(connection)
    return holder.job_id if holder else None


def open_catalogue(dsn: str) -> closing[Connection]:
    return closing(psycopg2.connect(dsn))
