"""Documents: the table that lists filter, sort and search, kept up to date with the products.

A single edit writes its product's document in its own transaction. An import or a bulk delete only
notes the blocks of ids that it changed, in its own transactions, and `index_documents` writes the
documents of these blocks soon after. So documents are exact while the backlog is empty, and a
reader of both in one snapshot knows whether it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.postgres import fetch_row, queries
from chalicelib.products.lists.conditions import FIELD_COLUMNS

BLOCK_IDS = 4096
# The columns that lists filter and sort by.
LISTED = ("id", *FIELD_COLUMNS, "name_key", "updated_at", "job_id")
_WRITTEN = (*LISTED[1:], "version", "words")


def lock_block(cursor: Cursor, product_id: int) -> None:
    """Keep the product's block from being indexed; call it before anything else of an edit."""
    cursor.execute(queries("products")["lock_block"], {"product_id": product_id})


def write_document(cursor: Cursor, product_id: int) -> None:
    """Write the document of a product that the transaction has written."""
    statement = sql.SQL(queries("products")["write_document"])
    parts = _columns_from("excluded") | {"product_id": sql.Literal(product_id)}
    cursor.execute(statement.format(**parts))


def delete_document(cursor: Cursor, product_id: int) -> None:
    """Delete the document of a product that the transaction has deleted."""
    cursor.execute(queries("products")["delete_document"], {"product_id": product_id})


def note_changed(cursor: Cursor, product_ids: Sequence[int]) -> None:
    """Note that the transaction has written or deleted these products."""
    cursor.execute(queries("products")["note_changed"], {"product_ids": list(product_ids)})


@dataclass(frozen=True)
class Snapshot:
    """The state of products and documents in a reader's transaction."""

    behind_since: datetime | None  # since when documents have been out of date; None: they are not
    last_id: int  # no product and no document has a higher one

    @property
    def is_behind(self) -> bool:
        """Whether documents may be missing or out of date."""
        return self.behind_since is not None


def begin_reading(cursor: Cursor) -> Snapshot:
    """Start a read-only transaction with one snapshot; a statement takes at most 20 seconds."""
    cursor.execute(queries("products")["begin_reading"])
    cursor.execute(queries("products")["read_snapshot"])
    return Snapshot(*fetch_row(cursor))


def limit_statements(connection: Connection) -> None:
    """Limit each statement of a request to 20 seconds."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["limit_statements"])


def has_backlog(connection: Connection) -> bool:
    """Return whether documents are out of date, as other transactions see it."""
    return bool(_read_value(connection, "has_backlog"))


def read_seconds_behind(connection: Connection) -> float:
    """Return for how many seconds documents have been out of date; 0 if they are not."""
    return float(_read_value(connection, "seconds_behind"))


def _read_value(connection: Connection, query: str) -> Any:
    """Return the current value of a query, and release its snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")[query])
        (value,) = fetch_row(cursor)
    connection.commit()
    return value


def index_next_block(connection: Connection) -> bool:
    """Write the documents of one block of the backlog and commit; False if no block is left.

    Idempotent, and safe for many workers at once: a worker locks a block until it commits, and the
    block leaves the backlog in the transaction that writes its documents.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["next_block"])
        found = cursor.fetchone()
        if found is not None:
            parts = _columns_from("current") | {"block": sql.Literal(found[0])}
            for query in ("remove_block", "index_block", "delete_orphans"):
                cursor.execute(sql.SQL(queries("products")[query]).format(**parts))
    connection.commit()
    return found is not None


def _columns_from(row: str) -> dict[str, sql.Composable]:
    """Return the columns that are written, and their values in `row`."""
    return {
        "columns": sql.SQL(", ").join(map(sql.Identifier, _WRITTEN)),
        "new": sql.SQL(", ").join(sql.Identifier(row, column) for column in _WRITTEN),
    }
