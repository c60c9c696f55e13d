"""Read the journal of one product."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.postgres import queries
from chalicelib.products.journal.history import Entry, Row, Version, walk
from chalicelib.products.journal.writing import BEFORE

_ANY_VERSION = 2**63 - 1
_FEW_ROWS = 10  # at a time: each may have megabytes


def read_history(connection: Connection, product_id: int) -> Generator[Version]:
    """Yield the versions of a product, newest first; none if it never existed or isn't kept.

    Close it before the transaction ends: it reads from a cursor of the server.
    """
    now = _read_now(connection, product_id)
    newest = now[0] + 1 if now else _ANY_VERSION  # an edit may commit between the two statements
    yield from walk(now, _read_entries(connection, product_id, newest))


def _read_now(connection: Connection, product_id: int) -> tuple[int, Row] | None:
    with connection.cursor() as cursor:
        cursor.execute(_format("find_for_history", product_id))
        row = cursor.fetchone()
    return (row[0], _name(row[1:])) if row else None


def _read_entries(connection: Connection, product_id: int, before: int) -> Iterator[Entry]:
    with closing(connection.cursor("history")) as cursor:
        cursor.itersize = _FEW_ROWS
        cursor.execute(_format("list_changes", product_id, before=sql.Literal(before)))
        for version, at, by, name, action, *values in cursor:
            has_row = action in ("update", "delete")
            yield Entry(version, at, by, name, action, _name(values) if has_row else None)


def _format(query: str, product_id: int, **parts: sql.Composable) -> sql.Composable:
    columns = sql.SQL(", ").join(map(sql.Identifier, BEFORE))
    statement = sql.SQL(queries("products")[query])
    return statement.format(product_id=sql.Literal(product_id), columns=columns, **parts)


def _name(values: Sequence[Any]) -> Row:
    return dict(zip(BEFORE, values, strict=True))
