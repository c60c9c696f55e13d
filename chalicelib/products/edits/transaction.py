"""Create, change or delete one product, with its document and its event, in one transaction.

Each edit first keeps the block of the product's document from being indexed, then locks the
product's row. So an edit, an import's merge and a bulk delete of one product take effect one after
the other. An edit that changes a sku affects two skus, and so takes effect before or after a whole
job. The event is written in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import Json

from chalicelib.errors import TryAgainError
from chalicelib.events.drain import publish
from chalicelib.events.models import Event, EventType, make_event
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.edits.event_body import IN_EVENTS
from chalicelib.products.fields import NAMES
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lists.documents import delete_document, lock_block, write_document
from chalicelib.products.models import Product, make_columns

Values = dict[str, Any]  # of the product's fields, and its attributes
WRITTEN = (*NAMES, "attributes")
Check = Callable[[Product], None]


@dataclass(frozen=True)
class Edit:
    """The product as an edit left or deleted it, and the event if the edit changed anything."""

    product: Product
    event: Event | None


class ProductMissingError(Exception):
    """No product has this id."""


@dataclass
class SkuTakenError(Exception):
    """Another product has the sku, ignoring case."""

    product_id: int
    sku: str


class CatalogueBusyError(Exception):
    """A job is changing the catalogue, so skus can't change until it finishes."""


def find_product(cursor: Cursor, product_id: int) -> Product:
    """Return a product; raises ProductMissingError."""
    return _select(cursor, "find_product", product_id)


def create_product(cursor: Cursor, journal: Journal, values: Values) -> Edit:
    """Create a product; raises SkuTakenError."""
    cursor.execute(queries("products")["next_id"])
    product_id = int(fetch_row(cursor)[0])
    _begin(cursor, product_id)
    _write(cursor, "insert_product", product_id, values)
    journal.note_new(cursor, product_id, version=1)
    product = _read_written(cursor, product_id)
    return Edit(product, _publish(cursor, "product.created", product))


def restore_product(
    cursor: Cursor, journal: Journal, product_id: int, version: int, row: Values
) -> Edit:
    """Bring a deleted product back with its id, as `version`; raises SkuTakenError.

    Raises TryAgainError if it has come back since.
    """
    _begin(cursor, product_id)
    _insert_again(cursor, product_id, version, row)
    journal.note_new(cursor, product_id, version, "restore")
    product = _read_written(cursor, product_id)
    return Edit(product, _publish(cursor, "product.created", product))


def change_product(
    cursor: Cursor,
    journal: Journal,
    product_id: int,
    check: Check,
    change: Callable[[Values], Values],
) -> Edit:
    """Change a product that passes `check`, which raises. An unchanged product isn't written.

    Raises ProductMissingError, SkuTakenError and CatalogueBusyError.
    """
    product = _lock(cursor, product_id)
    check(product)
    before = {name: getattr(product, name) for name in WRITTEN}
    after = change(before)
    if after == before:
        return Edit(product, None)
    if after["sku"] != before["sku"]:
        _check_sku_change(cursor, product_id, after["sku"])
    names = [name for name in WRITTEN if after[name] != before[name]]
    journal.note(cursor, product_id, "update", names)
    _write(cursor, "update_product", product_id, after)
    changed = _read_written(cursor, product_id)
    return Edit(changed, _publish(cursor, "product.updated", changed, names))


def delete_product(cursor: Cursor, journal: Journal, product_id: int, check: Check) -> Edit:
    """Delete a product that passes `check`, which raises; raises ProductMissingError."""
    product = _lock(cursor, product_id)
    check(product)
    journal.note(cursor, product_id, "delete")
    cursor.execute(queries("products")["delete_product"], {"product_id": product_id})
    delete_document(cursor, product_id)
    return Edit(product, _publish(cursor, "product.deleted", product))


def _begin(cursor: Cursor, product_id: int) -> None:
    cursor.execute(queries("products")["limit_lock_wait"])
    lock_block(cursor, product_id)


def _check_sku_change(cursor: Cursor, product_id: int, sku: str) -> None:
    """Keep jobs from starting until the transaction ends.

    Raises CatalogueBusyError if one is running, SkuTakenError if another product has the sku.
    """
    cursor.execute(queries("products")["find_by_sku"], {"sku": sku})
    found = cursor.fetchone()
    if found is not None and found[0] == product_id:  # the same sku in another spelling
        return
    cursor.execute(queries("products")["lock_free_lease"])
    if not cursor.rowcount:
        raise CatalogueBusyError
    if found is not None:  # raised before the write: two edits that swap skus can't deadlock
        raise SkuTakenError(*found)


def _lock(cursor: Cursor, product_id: int) -> Product:
    _begin(cursor, product_id)
    return _select(cursor, "lock_product", product_id)


def _select(cursor: Cursor, query: str, product_id: int) -> Product:
    statement = sql.SQL(queries("products")[query])
    cursor.execute(statement.format(columns=make_columns(), product_id=sql.Literal(product_id)))
    row = cursor.fetchone()
    if row is None:
        raise ProductMissingError(product_id)
    return Product.from_row(row)


def _read_written(cursor: Cursor, product_id: int) -> Product:
    write_document(cursor, product_id)
    return find_product(cursor, product_id)


def _write(cursor: Cursor, query: str, product_id: int, values: Values) -> None:
    written = values | {"attributes": Json(values["attributes"])}
    _run(cursor, query, product_id, {name: written[name] for name in WRITTEN})


def _insert_again(cursor: Cursor, product_id: int, version: int, row: Values) -> None:
    kept = {name: value for name, value in row.items() if name != "updated_at"}
    written = kept | {"attributes": Json(row["attributes"]), "version": version}
    _run(cursor, "insert_product", product_id, written)


def _run(cursor: Cursor, query: str, product_id: int, written: Values) -> None:
    statement = sql.SQL(queries("products")[query]).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, written)),
        values=sql.SQL(", ").join(map(sql.Literal, written.values())),
        sku=sql.Literal(written["sku"]),
        product_id=sql.Literal(product_id),
    )
    cursor.execute("SAVEPOINT before_write")
    try:
        cursor.execute(statement)
    except psycopg2.errors.UniqueViolation:
        cursor.execute("ROLLBACK TO SAVEPOINT before_write")
        raise _sku_problem(cursor, written["sku"]) from None


def _sku_problem(cursor: Cursor, sku: str) -> Exception:
    cursor.execute(queries("products")["find_by_sku"], {"sku": sku})
    found = cursor.fetchone()
    if found is None:  # it has been deleted since
        return TryAgainError("another product had the sku, and has been deleted since")
    return SkuTakenError(*found)


def _publish(
    cursor: Cursor, kind: EventType, product: Product, changed: list[str] | None = None
) -> Event:
    values = product.to_json(IN_EVENTS) | {"links": {"self": f"/products/{product.id}"}}
    event = make_event(kind, values | ({"changed": changed} if changed else {}), datetime.now(UTC))
    publish(cursor, event)
    return event
