"""Documents: what lists filter, sort and search by, made from the products after they changed.

A single edit writes its product's document in its own transaction. An import or a bulk delete notes
the blocks of ids that it touched, in its own transactions too, and `index_documents` makes the
documents of those soon after. So documents are exact while the backlog is empty, and whoever reads
both in one snapshot knows which it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.postgres import fetch_row, queries

BLOCK_IDS = 4096


def begin_edit(cursor: Cursor, product_id: int) -> None:
    """Keep the product's documents from being made meanwhile; before anything else of an edit."""
    cursor.execute(queries("products")["hold_block"], {"product_id": product_id})


def write_document(cursor: Cursor, product_id: int) -> None:
    """Make the document of a product that the transaction has written."""
    cursor.execute(queries("products")["write_document"], {"product_id": product_id})


def drop_document(cursor: Cursor, product_id: int) -> None:
    """Forget the document of a product that the transaction has deleted."""
    cursor.execute(queries("products")["drop_document"], {"product_id": product_id})


def note_changed(cursor: Cursor, product_ids: Sequence[int]) -> None:
    """Note that the transaction has written or deleted these products."""
    cursor.execute(queries("products")["note_changed"], {"product_ids": list(product_ids)})


@dataclass(frozen=True)
class Moment:
    """What a transaction that reads products and documents sees of both."""

    behind_since: datetime | None  # since when documents lack what was written; None: nothing
    last_id: int  # no product and no document has a higher one

    @property
    def is_behind(self) -> bool:
        """Whether documents may be missing or old."""
        return self.behind_since is not None


def begin_reading(cursor: Cursor) -> Moment:
    """Let the transaction read everything as it is at one moment, for 20 seconds at most."""
    cursor.execute(queries("products")["begin_reading"])
    cursor.execute(queries("products")["read_moment"])
    return Moment(*fetch_row(cursor))


def bound_reading(connection: Connection) -> None:
    """Let no statement of a request take longer than 20 seconds."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["bound_reading"])


def has_backlog(connection: Connection) -> bool:
    """Say whether documents are behind, as others see it."""
    return bool(_ask(connection, "has_backlog"))


def measure_behind(connection: Connection) -> float:
    """Return for how many seconds documents have been behind; 0 where they are not."""
    return float(_ask(connection, "seconds_behind"))


def _ask(connection: Connection, statement: str) -> Any:
    """Return one value as it is now, and let go of it."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")[statement])
        (answer,) = fetch_row(cursor)
    connection.commit()
    return answer


def index_next_block(connection: Connection) -> bool:
    """Make the documents of one block of the backlog and commit; False when none is left.

    Safe twice, and by many at once: a block is one worker's until it commits, and its row of the
    backlog goes in the same transaction as its documents come.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["next_block"])
        found = cursor.fetchone()
        if found is not None:
            names = {"block": found[0]}
            for statement in ("forget_block", "index_block", "drop_orphans"):
                cursor.execute(queries("products")[statement], names)
    connection.commit()
    return found is not None
