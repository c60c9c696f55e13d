"""Finish an import: check the outcomes, write the reports of rejects and skips, and clean up."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Literal

from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.skips import describe_skip
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.staging import drop_staging
from chalicelib.imports.storage import WorkFolder, write_object
from chalicelib.postgres import queries
from chalicelib.products.lease import release_lease

Listed = Literal["rejects", "skipped"]  # the records of a report

# The file with the number of records, which stays known if a crash empties the ledger of ranges.
STAGED = "staged.json"
_FETCHED_ROWS = 2_000
_REPORT_HEADER = ("line", "code", "field", "message", "record")


class OutcomesError(Exception):
    """The outcomes don't sum to the records read: an internal error, never a job's end."""


def close(connection: Connection, work: WorkFolder, plan: Plan) -> dict[str, int]:
    """Check the outcomes, write the reports and clean up, in the connection's transaction.

    Returns the counts. Idempotent: a second run doesn't need what the first removed.
    """
    counts = ledger.count_outcomes(connection, work.job_id)
    found = work.get(STAGED) or {"records": plan.records}
    if sum(counts.values()) != found["records"]:
        raise OutcomesError(f"{counts} don't sum to {found['records']} records")
    write_reports(connection, work)
    clean_up(connection, work.job_id)
    return counts


def clean_up(connection: Connection, job_id: str) -> None:
    """Release the lease of a job that has ended, and drop its staging table."""
    release_lease(connection, job_id)
    drop_staging(connection, job_id)


def report_key(job_id: str, listed: Listed = "rejects") -> str:
    """Return the object key of the report of a job's rejects or skips."""
    return f"reports/{job_id}/{listed}.csv"


def write_reports(connection: Connection, work: WorkFolder) -> None:
    """Write all rejects of a job to one report, and all its skips to another."""
    _write(connection, work, "rejects", "rejects_by_line", _report_rejects)
    _write(connection, work, "skipped", "skips_by_line", _report_skips)


def _write(
    connection: Connection,
    work: WorkFolder,
    listed: Listed,
    query: str,
    report: Callable[[Iterator[Any]], Iterator[bytes]],
) -> None:
    with connection.cursor(name=listed) as cursor:  # a named cursor fetches in batches
        cursor.itersize = _FETCHED_ROWS
        cursor.execute(queries("imports")[query], {"job_id": work.job_id})
        key = report_key(work.job_id, listed)
        write_object(work.client, work.bucket, key, report(iter(cursor)), 0)


def _report_skips(rows: Iterator[tuple[int, str, str | None]]) -> Iterator[bytes]:
    yield _to_csv(("line", "reason", "sku", "message")) + b"\r\n"
    for line, reason, sku in rows:
        yield _to_csv((line, reason, sku, describe_skip(reason))) + b"\r\n"


def _report_rejects(
    rows: Iterator[tuple[int, str, str | None, str, memoryview]],
) -> Iterator[bytes]:
    """Yield the report: the record is its last column, in its original bytes, quoted."""
    yield _to_csv(_REPORT_HEADER) + b"\r\n"
    for line, code, field, message, record in rows:
        quoted = bytes(record).replace(b'"', b'""')
        yield _to_csv((line, code, field, message)) + b',"' + quoted + b'"\r\n'


def _to_csv(values: tuple[object, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().removesuffix("\r\n").encode()
