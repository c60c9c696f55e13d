"""The report of a plan: all its changes as one CSV file, as clients download it.

A product that would be updated has a row for each field that changes.
"""

from collections.abc import Iterator
from itertools import chain
from tempfile import TemporaryFile

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.spreadsheets import FORMULA_STARTS
from chalicelib.imports.steps.changes import COMPARED, before_after, changes_of
from chalicelib.imports.steps.staging import partition
from chalicelib.imports.storage import PART_BYTES, WorkFolder, report_key, write_object
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.fields import find_field

_HEADER = ("sku", "product_id", "action", "line", "field", "before", "after")
_COPIED_ROWS = 5_000  # at once: the worker's disk has 512 MB, and a change may have long texts
_IS_TEXT = ("text", "long_text")


def report_changes(connection: Connection, work: WorkFolder, key_ranges: int) -> None:
    """Write all changes of a job's plan to its report."""
    with connection.cursor() as cursor:
        report = _report(cursor, work.job_id, key_ranges)
        write_object(work.client, work.bucket, report_key(work.job_id, "changes"), report, 0)


def report_overwritten(connection: Connection, work: WorkFolder) -> None:
    """Write the products that a job's apply overwrote to their report."""
    statement = sql.SQL(queries("imports")["copy_overwritten"]).format(
        sku_text=_disarmed(sql.Identifier("sku")), changes=changes_of(work.job_id)
    )
    with connection.cursor() as cursor:
        report = chain([b"sku,product_id,line\n"], _copy(cursor, statement))
        write_object(work.client, work.bucket, report_key(work.job_id, "overwritten"), report, 0)


def _report(cursor: Cursor, job_id: str, key_ranges: int) -> Iterator[bytes]:
    yield _header()
    for key_range in range(key_ranges):
        for statement in _copy_changed(cursor, partition(changes_of(job_id), key_range)):
            yield from _copy(cursor, statement)
    for key_range in range(key_ranges):
        yield from _copy(cursor, _copy_created(job_id, key_range))


def _copy_changed(cursor: Cursor, changes: sql.Identifier) -> Iterator[sql.Composable]:
    """Yield the statements that copy a key range's changes in pages."""
    cursor.execute(sql.SQL(queries("imports")["last_change"]).format(partition=changes))
    [last] = fetch_row(cursor)
    for after in range(0, last, _COPIED_ROWS):
        yield sql.SQL(queries("imports")["copy_changed"]).format(
            sku_text=_disarmed(sql.Identifier("sku")),
            values=_values(),
            partition=changes,
            after=sql.Literal(after),
            last=sql.Literal(after + _COPIED_ROWS),
        )


def _copy_created(job_id: str, key_range: int) -> sql.Composable:
    return sql.SQL(queries("imports")["copy_created"]).format(
        sku_text=_disarmed(sql.Identifier("sku")),
        job_id=sql.Literal(job_id),
        key_range=sql.Literal(key_range),
    )


def _copy(cursor: Cursor, statement: sql.Composable) -> Iterator[bytes]:
    """Yield what a COPY writes; a file takes it, because a page may have long texts."""
    with TemporaryFile() as file:
        cursor.copy_expert(statement, file)
        file.seek(0)
        while piece := file.read(PART_BYTES):
            yield piece


def _header() -> bytes:
    return ",".join(_HEADER).encode() + b"\n"


def _values() -> sql.Composable:
    """Return the fields of a product as rows: name, value before, value after."""
    rows = (_value(name) for name in COMPARED)
    return sql.SQL("VALUES {}").format(sql.SQL(", ").join(rows))


def _value(name: str) -> sql.Composable:
    field = find_field(name)
    is_text = field is not None and field.kind in _IS_TEXT
    before, after = (
        _disarmed(column) if is_text else sql.SQL("{}::text").format(column)
        for column in before_after(name)
    )
    return sql.SQL("({}, {}, {})").format(sql.Literal(name), before, after)


def _disarmed(text: sql.Composable) -> sql.Composable:
    """Return a text with an apostrophe that keeps spreadsheets from running it as a formula."""
    starts = sql.SQL(", ").join(map(sql.Literal, FORMULA_STARTS))
    query = "CASE WHEN left({text}, 1) IN ({starts}) THEN $$'$$ || {text} ELSE {text} END"
    return sql.SQL(query).format(text=text, starts=starts)
