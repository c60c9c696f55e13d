"""Single edits: one product created, changed or deleted, with its document, in one transaction.

Each begins by keeping its block's documents from being made meanwhile, then holds the product's
row; so an edit, an import's merge and a bulk delete of one product take effect one after the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import Json

from chalicelib.errors import TryAgainError
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.documents import begin_edit, drop_document, write_document
from chalicelib.products.models import COLUMNS, Product

Fields = dict[str, Any]
FIELDS = ("sku", "name", "description", "price", "quantity", "active", "attributes")
Check = Callable[[Product], None]


class ProductMissingError(Exception):
    """There is no product of this id."""


@dataclass
class SkuTakenError(Exception):
    """Another product has the sku, in whatever case."""

    product_id: int
    sku: str


def find_product(cursor: Cursor, product_id: int) -> Product:
    """Return a product; raises ProductMissingError."""
    return _select(cursor, "find_product", product_id)


def create_product(cursor: Cursor, fields: Fields) -> Product:
    """Create a product; raises SkuTakenError."""
    cursor.execute(queries("products")["next_id"])
    product_id = int(fetch_row(cursor)[0])
    begin_edit(cursor, product_id)
    _write(cursor, "insert_product", product_id, fields)
    return _find_written(cursor, product_id)


def change_product(
    cursor: Cursor, product_id: int, check: Check, change: Callable[[Fields], Fields]
) -> Product:
    """Change a product that passes `check`, which raises; one that stays as it was is not written.

    Raises ProductMissingError and SkuTakenError.
    """
    product = _hold(cursor, product_id)
    check(product)
    before = {name: getattr(product, name) for name in FIELDS}
    after = change(before)
    if after == before:
        return product
    _write(cursor, "update_product", product_id, after)
    return _find_written(cursor, product_id)


def delete_product(cursor: Cursor, product_id: int, check: Check) -> None:
    """Delete a product that passes `check`, which raises; raises ProductMissingError."""
    check(_hold(cursor, product_id))
    cursor.execute(queries("products")["delete_product"], {"product_id": product_id})
    drop_document(cursor, product_id)


def _hold(cursor: Cursor, product_id: int) -> Product:
    begin_edit(cursor, product_id)
    return _select(cursor, "hold_product", product_id)


def _select(cursor: Cursor, query: str, product_id: int) -> Product:
    cursor.execute(queries("products")[query].format(columns=COLUMNS), {"product_id": product_id})
    row = cursor.fetchone()
    if row is None:
        raise ProductMissingError(product_id)
    return Product.from_row(row)


def _find_written(cursor: Cursor, product_id: int) -> Product:
    write_document(cursor, product_id)
    return find_product(cursor, product_id)


def _write(cursor: Cursor, query: str, product_id: int, fields: Fields) -> None:
    values = {**fields, "attributes": Json(fields["attributes"]), "product_id": product_id}
    cursor.execute("SAVEPOINT before_write")
    try:
        cursor.execute(queries("products")[query], values)
    except psycopg2.errors.UniqueViolation:
        cursor.execute("ROLLBACK TO SAVEPOINT before_write")
        raise _find_taken(cursor, fields["sku"]) from None


def _find_taken(cursor: Cursor, sku: str) -> Exception:
    cursor.execute(queries("products")["find_by_sku"], {"sku": sku})
    found = cursor.fetchone()
    if found is None:  # it was deleted since
        return TryAgainError("another product had the sku a moment ago")
    return SkuTakenError(*found)
