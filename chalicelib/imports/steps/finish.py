"""Finish an import: check the outcomes, write the reports of rejects and skips, and clean up."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Literal

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.csv.spreadsheets import FORMULA_STARTS, disarm
from chalicelib.imports.skips import SKIPS, describe_skip
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.changes import drop_changes
from chalicelib.imports.steps.progress import sum_records
from chalicelib.imports.steps.staging import drop_staging
from chalicelib.imports.storage import WorkFolder, write_object
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.lease import release_lease

Listed = Literal["rejects", "skipped", "changes"]  # the records of a report

# The file with the number of records, which stays known if a crash empties the ledger of ranges.
STAGED = "staged.json"
_FETCHED_ROWS = 2_000
_COPIED_ROWS = 50_000
_REPORT_HEADER = ("line", "code", "field", "message", "record")


class OutcomesError(Exception):
    """The outcomes don't sum to the records read: an internal error, never a job's end."""


def close(connection: Connection, work: WorkFolder, plan: Plan) -> dict[str, int]:
    """Check the outcomes, write the reports and clean up, in the connection's transaction.

    Returns the counts. Idempotent: a second run doesn't need what the first removed.
    """
    counts = ledger.count_outcomes(connection, work.job_id)
    check_sum(work, plan, counts)
    write_reports(connection, work)
    clean_up(connection, work.job_id)
    return counts


def check_sum(work: WorkFolder, plan: Plan, counts: dict[str, int]) -> None:
    """Raise OutcomesError unless every record of the file has an outcome."""
    found = work.get(STAGED) or {"records": plan.records}
    if sum_records(counts) != found["records"]:
        raise OutcomesError(f"{counts} don't sum to {found['records']} records")


def clean_up(connection: Connection, job_id: str) -> None:
    """Release the lease of a job that has ended, and drop its staging table and its plan."""
    release_lease(connection, job_id)
    drop_staging(connection, job_id)
    drop_changes(connection, job_id)


def report_key(job_id: str, listed: Listed = "rejects") -> str:
    """Return the object key of the report of a job's rejects or skips."""
    return f"reports/{job_id}/{listed}.csv"


def write_reports(connection: Connection, work: WorkFolder) -> None:
    """Write all rejects of a job to one report, and all its skips to another."""
    with connection.cursor(name="rejects") as cursor:  # a named cursor fetches in batches
        cursor.itersize = _FETCHED_ROWS
        cursor.execute(queries("imports")["rejects_by_line"], {"job_id": work.job_id})
        _write(work, "rejects", _report_rejects(iter(cursor)))
    with connection.cursor() as cursor:
        _write(work, "skipped", _report_skips(cursor, work.job_id))


def _write(work: WorkFolder, listed: Listed, report: Iterable[bytes]) -> None:
    write_object(work.client, work.bucket, report_key(work.job_id, listed), report, 0)


def _report_skips(cursor: Cursor, job_id: str) -> Iterator[bytes]:
    """Yield the report in pages, which PostgreSQL writes: there may be as many as records."""
    yield b"line,reason,sku,message\n"
    after = 0
    while True:
        page = {"job_id": job_id, "after": after, "limit": _COPIED_ROWS}
        cursor.execute(queries("imports")["last_skip"], page)
        [last] = fetch_row(cursor)
        if last is None:
            return
        copied = io.BytesIO()
        cursor.copy_expert(_make_copy(job_id, after, last), copied)
        yield copied.getvalue()
        after = last


def _make_copy(job_id: str, after: int, last: int) -> sql.Composable:
    messages = (
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(reason), sql.Literal(message))
        for reason, message in SKIPS.items()
    )
    return sql.SQL(queries("imports")["copy_skips"]).format(
        formula_starts=sql.SQL(", ").join(map(sql.Literal, FORMULA_STARTS)),
        messages=sql.SQL(" ").join(messages),
        otherwise=sql.Literal(describe_skip("")),
        job_id=sql.Literal(job_id),
        after=sql.Literal(after),
        last=sql.Literal(last),
    )


def _report_rejects(
    rows: Iterator[tuple[int, str, str | None, str, memoryview]],
) -> Iterator[bytes]:
    """Yield the report: the record is its last column, in its original bytes, quoted."""
    yield _to_csv(_REPORT_HEADER) + b"\r\n"
    for line, code, field, message, record in rows:
        quoted = bytes(record).replace(b'"', b'""')
        yield (
            _to_csv((line, code, disarm(field or ""), disarm(message))) + b',"' + quoted + b'"\r\n'
        )


def _to_csv(values: tuple[object, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().removesuffix("\r\n").encode()
