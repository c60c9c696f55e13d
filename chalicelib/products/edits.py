"""Single edits: one product created, changed or deleted, with its document, in one transaction.

Each begins by keeping its block's documents from being made meanwhile, then holds the product's
row; so an edit, an import's merge and a bulk delete of one product take effect one after the other.
An edit that gives a product another sku concerns two skus, and so is before or after a whole job.
What happened is told by an event, written in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import Json

from chalicelib.errors import TryAgainError
from chalicelib.events.drain import publish
from chalicelib.events.models import Event, EventType, make_event
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.documents import begin_edit, drop_document, write_document
from chalicelib.products.models import COLUMNS, Product

Fields = dict[str, Any]
FIELDS = ("sku", "name", "description", "price", "quantity", "active", "attributes")
_TOLD = ("id", "sku", "name", "price", "quantity", "active", "updated_at", "links")
Check = Callable[[Product], None]


@dataclass(frozen=True)
class Edit:
    """The product as an edit leaves it, or deletes it, and the event if that changed anything."""

    product: Product
    event: Event | None


class ProductMissingError(Exception):
    """There is no product of this id."""


@dataclass
class SkuTakenError(Exception):
    """Another product has the sku, in whatever case."""

    product_id: int
    sku: str


class CatalogueBusyError(Exception):
    """A job changes the catalogue, so that no product can have another sku until it has ended."""


def find_product(cursor: Cursor, product_id: int) -> Product:
    """Return a product; raises ProductMissingError."""
    return _select(cursor, "find_product", product_id)


def create_product(cursor: Cursor, fields: Fields) -> Edit:
    """Create a product; raises SkuTakenError."""
    cursor.execute(queries("products")["next_id"])
    product_id = int(fetch_row(cursor)[0])
    _begin(cursor, product_id)
    _write(cursor, "insert_product", product_id, fields)
    product = _find_written(cursor, product_id)
    return Edit(product, _tell(cursor, "product.created", product))


def change_product(
    cursor: Cursor, product_id: int, check: Check, change: Callable[[Fields], Fields]
) -> Edit:
    """Change a product that passes `check`, which raises; one that stays as it was is not written.

    Raises ProductMissingError, SkuTakenError and CatalogueBusyError.
    """
    product = _hold(cursor, product_id)
    check(product)
    before = {name: getattr(product, name) for name in FIELDS}
    after = change(before)
    if after == before:
        return Edit(product, None)
    if after["sku"] != before["sku"]:
        _keep_jobs_out(cursor, product_id, after["sku"])
    _write(cursor, "update_product", product_id, after)
    changed = _find_written(cursor, product_id)
    names = [name for name in FIELDS if after[name] != before[name]]
    return Edit(changed, _tell(cursor, "product.updated", changed, names))


def delete_product(cursor: Cursor, product_id: int, check: Check) -> Edit:
    """Delete a product that passes `check`, which raises; raises ProductMissingError."""
    product = _hold(cursor, product_id)
    check(product)
    cursor.execute(queries("products")["delete_product"], {"product_id": product_id})
    drop_document(cursor, product_id)
    return Edit(product, _tell(cursor, "product.deleted", product))


def _begin(cursor: Cursor, product_id: int) -> None:
    cursor.execute(queries("products")["bound_waiting"])
    begin_edit(cursor, product_id)


def _keep_jobs_out(cursor: Cursor, product_id: int, sku: str) -> None:
    cursor.execute(queries("products")["find_by_sku"], {"sku": sku})
    found = cursor.fetchone()
    if found is not None and found[0] == product_id:  # the same sku in another spelling
        return
    cursor.execute(queries("products")["keep_jobs_out"])
    if not cursor.rowcount:
        raise CatalogueBusyError
    if found is not None:  # said now, two edits that swap skus do not wait for each other
        raise SkuTakenError(*found)


def _hold(cursor: Cursor, product_id: int) -> Product:
    _begin(cursor, product_id)
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


def _tell(
    cursor: Cursor, kind: EventType, product: Product, changed: list[str] | None = None
) -> Event:
    # Without its texts, which may be longer than a message.
    told = product.to_json() | {"links": {"self": f"/products/{product.id}"}}
    told = {name: told[name] for name in _TOLD} | ({"changed": changed} if changed else {})
    event = make_event(kind, told, datetime.now(UTC))
    publish(cursor, event)
    return event
