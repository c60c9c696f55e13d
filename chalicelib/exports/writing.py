"""Write the selected products of one range into a piece of the file."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.exports.columns import Column
from chalicelib.exports.layout_rows import make_parts
from chalicelib.exports.plan import IdRange
from chalicelib.exports.requests import ATTRIBUTES, ExportRequest, attribute_of, is_attribute
from chalicelib.exports.selection import select_range
from chalicelib.exports.tables import make_values
from chalicelib.exports.workbook import write_workbook
from chalicelib.imports.formats.catalogue import find_layout
from chalicelib.objects.writing import Writer
from chalicelib.postgres import queries
from chalicelib.products.models import Names, Product, make_columns

_FETCHED_ROWS = 50  # a product may take some MB
_REPORTED_ROWS = 20_000


def write_range(
    connection: Connection,
    request: ExportRequest,
    columns: Sequence[Column],
    ids: IdRange,
    target: Writer,
    report: Callable[[int], None] = lambda written: None,
) -> int:
    """Write the products of a range in the order of their ids; return how many there are.

    `report` is called from time to time with how many are written, while one worker writes a
    workbook.
    """
    if request.format == "jsonl":
        fields = request.fields or []
        members = list(dict.fromkeys(name.partition(".")[0] for name in fields)) or None
        statement = select_range("read_range", request, ids, columns=make_columns(members))
        return _write_lines(connection, statement, members, fields, target)
    rows = _select_rows(request, columns, ids)
    if request.format == "xlsx":
        return write_workbook(columns, _read(connection, rows, report), target)
    return _copy(connection, sql.SQL(queries("exports")["copy"]).format(rows=rows), target)


def _select_rows(request: ExportRequest, columns: Sequence[Column], ids: IdRange) -> sql.Composable:
    """Return the statement of the rows of a table."""
    escapes, shop = request.escape_formulas, find_layout(request.layout)
    if shop:
        return select_range(
            "read_layout",
            request,
            ids,
            **make_parts(columns, shop.format, escapes_formulas=escapes),
        )
    values = make_values(columns, escapes_formulas=escapes)
    return select_range("read_range", request, ids, columns=values)


def _copy(connection: Connection, statement: sql.Composable, target: Writer) -> int:
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, target)
        return cursor.rowcount


def _read(
    connection: Connection, statement: sql.Composable, report: Callable[[int], None]
) -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name="products") as cursor:  # a named cursor fetches in batches
        cursor.itersize = _FETCHED_ROWS
        cursor.execute(statement)
        for written, row in enumerate(cursor):
            if written and written % _REPORTED_ROWS == 0:
                report(written)
            yield row


def _write_lines(
    connection: Connection,
    statement: sql.Composable,
    members: Names,
    fields: Sequence[str],
    target: Writer,
) -> int:
    written = 0
    for row in _read(connection, statement, lambda _: None):
        shown = _choose(Product.from_row(row).to_json(members), fields)
        line = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
        target.write(line.encode() + b"\n")
        written += 1
    return written


def _choose(product: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Return a product with the attributes that are chosen; without any, with all of them."""
    single = {attribute_of(name) for name in fields if is_attribute(name)}
    if single and ATTRIBUTES not in fields:
        given = product[ATTRIBUTES]
        product[ATTRIBUTES] = {name: given[name] for name in given if name in single}
    return product
