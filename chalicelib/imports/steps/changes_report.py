"""The report of a plan: all its changes as one CSV file, as clients download it.

A product that would be updated has a row for each field that changes. Each key range writes its
pieces in the transaction that compares it, to objects with new names, and notes them in its ledger
row. So the report consists of what was committed, whatever became of other runs.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from uuid import uuid4

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.spreadsheets import FORMULA_STARTS
from chalicelib.imports.planning import PlannedAction
from chalicelib.imports.steps.changes import COMPARED, before_after, changes_of
from chalicelib.imports.steps.staging import partition
from chalicelib.imports.storage import WorkFolder, report_key
from chalicelib.objects.assembly import Assembler, Piece
from chalicelib.objects.writing import write_object
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.fields import find_field

_HEADER = ("sku", "product_id", "action", "line", "field", "before", "after")
_SECTIONS: tuple[PlannedAction, ...] = ("updated", "created", "missing")
_IS_TEXT = ("text", "long_text")


def report_key_range(connection: Connection, work: WorkFolder, key_range: int) -> None:
    """Write the pieces of a compared key range, and note them in its ledger row.

    At most one part of an object is in memory.
    """
    names = {"job_id": work.job_id, "key_range": key_range}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["compared_products"], names)
        products = dict(zip(_SECTIONS, fetch_row(cursor), strict=True))
        pieces = {
            section: asdict(_write_piece(cursor, work, section, key_range))
            for section in _SECTIONS
            if products[section]
        }
        cursor.execute(queries("imports")["note_pieces"], names | {"pieces": json.dumps(pieces)})


def write_report(connection: Connection, work: WorkFolder) -> None:
    """Join the pieces of all key ranges to the report of a job's plan. Idempotent.

    It commits first: S3 may take longer than the server lets a transaction be idle.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["unreported_key_ranges"], {"job_id": work.job_id})
        for (key_range,) in cursor.fetchall():  # old code, which runs beside this, writes none
            report_key_range(connection, work, key_range)
        cursor.execute(queries("imports")["pieces_of_plan"], {"job_id": work.job_id})
        found = [pieces for (pieces,) in cursor]
    connection.commit()
    pieces = [Piece(**one[section]) for section in _SECTIONS for one in found if section in one]
    assembler = Assembler(work.client, work.bucket)
    key = report_key(work.job_id, "changes")
    assembler.assemble([_write_header(work), *pieces], key, "text/csv; charset=utf-8")


def report_overwritten(connection: Connection, work: WorkFolder) -> None:
    """Write the products that a job's apply overwrote to their report."""
    statement = sql.SQL(queries("imports")["copy_overwritten"]).format(
        sku_text=_disarmed(sql.Identifier("sku")), changes=changes_of(work.job_id)
    )
    key = report_key(work.job_id, "overwritten")
    with connection.cursor() as cursor, write_object(work.client, work.bucket, key) as target:
        target.write(b"sku,product_id,line\n")
        cursor.copy_expert(statement, target)


def _write_piece(cursor: Cursor, work: WorkFolder, section: PlannedAction, key_range: int) -> Piece:
    statement = (
        _copy_created(work.job_id, key_range)
        if section == "created"
        else _copy_changed(work.job_id, section, key_range)
    )
    key = work.key(f"changes/{section}-{key_range}-{uuid4().hex}")
    with write_object(work.client, work.bucket, key) as target:
        cursor.copy_expert(statement, target)
    return Piece(key, target.size_bytes)


def _write_header(work: WorkFolder) -> Piece:
    body = ",".join(_HEADER).encode() + b"\n"
    piece = Piece(work.key("changes/header"), len(body))
    work.client.put_object(Bucket=work.bucket, Key=piece.key, Body=body)
    return piece


def _copy_changed(job_id: str, section: PlannedAction, key_range: int) -> sql.Composable:
    before, after = zip(*(_values(name) for name in COMPARED), strict=True)
    return sql.SQL(queries("imports")["copy_changed"]).format(
        sku_text=_disarmed(sql.Identifier("sku")),
        before=_by_field(before),
        after=_by_field(after),
        partition=partition(changes_of(job_id), key_range),
        action=sql.Literal(section),
    )


def _copy_created(job_id: str, key_range: int) -> sql.Composable:
    return sql.SQL(queries("imports")["copy_created"]).format(
        sku_text=_disarmed(sql.Identifier("sku")),
        job_id=sql.Literal(job_id),
        key_range=sql.Literal(key_range),
    )


def _by_field(values: Iterable[sql.Composable]) -> sql.Composable:
    """Return the value of the field that a row is about."""
    query = sql.SQL("WHEN {} THEN {}")
    whens = (query.format(sql.Literal(n), v) for n, v in zip(COMPARED, values, strict=True))
    return sql.SQL("CASE field {} END").format(sql.SQL(" ").join(whens))


def _values(name: str) -> tuple[sql.Composable, ...]:
    """Return a field's value before and after, as texts."""
    field = find_field(name)
    is_text = field is not None and field.kind in _IS_TEXT
    return tuple(
        _disarmed(column) if is_text else sql.SQL("{}::text").format(column)
        for column in before_after(name)
    )


def _disarmed(text: sql.Composable) -> sql.Composable:
    """Return a text with an apostrophe that keeps spreadsheets from running it as a formula.

    Numbers are quicker to compare than texts.
    """
    starts = sql.SQL(", ").join(sql.Literal(ord(start)) for start in FORMULA_STARTS)
    query = "CASE WHEN ascii({text}) IN ({starts}) THEN $$'$$ || {text} ELSE {text} END"
    return sql.SQL(query).format(text=text, starts=starts)
