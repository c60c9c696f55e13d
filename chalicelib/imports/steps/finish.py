"""Finish an import: check the outcomes, write the reports of rejects and skips, and clean up."""

import io
from collections.abc import Iterable, Iterator
from typing import Literal

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.rejected import write_rejects_file
from chalicelib.imports.csv.spreadsheets import FORMULA_STARTS
from chalicelib.imports.skips import SKIPS, describe_skip
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.attempt import PLAN
from chalicelib.imports.steps.changes import drop_changes
from chalicelib.imports.steps.progress import sum_records
from chalicelib.imports.steps.staging import drop_staging
from chalicelib.imports.storage import WorkFolder, write_object
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.lease import release_lease

Listed = Literal["rejects", "skipped", "changes", "overwritten"]  # the records of a report

# The file with the number of records, which stays known if a crash empties the ledger of ranges.
STAGED = "staged.json"
_FETCHED_ROWS = 2_000
_COPIED_ROWS = 50_000


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
    rejects = read_rejects(connection, work.job_id)
    _write(work, "rejects", write_rejects_file(rejects, _find_reading(work)))
    with connection.cursor() as cursor:
        _write(work, "skipped", _report_skips(cursor, work.job_id))


def read_rejects(connection: Connection, job_id: str) -> Iterator[Reject]:
    """Yield the rejects of a job, in the order of its file."""
    with connection.cursor(name="rejects") as cursor:  # a named cursor fetches in batches
        cursor.itersize = _FETCHED_ROWS
        cursor.execute(queries("imports")["rejects_by_line"], {"job_id": job_id})
        for line, code, field, message, record, truncated, group_line, group_record in cursor:
            first = None if group_record is None else bytes(group_record)
            yield Reject(line, code, field, message, bytes(record), truncated, group_line, first)


def _find_reading(work: WorkFolder) -> Reading | None:
    """Return how the records are read; None if the import ended before its plan."""
    found = work.get(PLAN)
    reading = found["plan"].get("reading") if found else None
    return Reading.from_json(reading) if reading else None


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
