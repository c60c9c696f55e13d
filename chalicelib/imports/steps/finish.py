"""Finish an import: check the outcomes, write the report of the rejects and clean up."""

import csv
import io
from collections.abc import Iterator

from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.staging import drop_staging
from chalicelib.imports.storage import WorkFolder, write_object
from chalicelib.postgres import queries
from chalicelib.products.lease import release_lease

_FETCHED_ROWS = 2_000
_REPORT_HEADER = ("line", "code", "field", "message", "record")


class OutcomesError(Exception):
    """The outcomes don't sum to the records read: an internal error, never a job's end."""


def close(connection: Connection, work: WorkFolder, plan: Plan) -> dict[str, int]:
    """Check the outcomes, write the report and clean up, in the connection's transaction.

    Returns the counts. Idempotent: a second run doesn't need what the first removed.
    """
    counts = ledger.count_outcomes(connection, work.job_id)
    staged = ledger.staged_totals(connection, work.job_id)
    if staged.ranges and sum(counts.values()) != plan.records - staged.blank:
        raise OutcomesError(f"{counts} and {staged.blank} blank aren't {plan.records} records")
    write_report(connection, work)
    clean_up(connection, work.job_id)
    return counts


def clean_up(connection: Connection, job_id: str) -> None:
    """Release the lease of a job that has ended, and drop its staging table."""
    release_lease(connection, job_id)
    drop_staging(connection, job_id)


def report_key(job_id: str) -> str:
    """Return the object key of a job's report."""
    return f"reports/{job_id}/rejects.csv"


def write_report(connection: Connection, work: WorkFolder) -> None:
    """Write all rejects of a job to its report: line, code, field, message, original record.

    The record is the last column: its original bytes, quoted like any CSV field.
    """
    with connection.cursor(name="rejects") as cursor:  # a named cursor fetches in batches
        cursor.itersize = _FETCHED_ROWS
        cursor.execute(queries("imports")["rejects_by_line"], {"job_id": work.job_id})
        write_object(work.client, work.bucket, report_key(work.job_id), _report(iter(cursor)), 0)


def _report(rows: Iterator[tuple[int, str, str | None, str, memoryview]]) -> Iterator[bytes]:
    yield _to_csv(_REPORT_HEADER) + b"\r\n"
    for line, code, field, message, record in rows:
        quoted = bytes(record).replace(b'"', b'""')
        yield _to_csv((line, code, field, message)) + b',"' + quoted + b'"\r\n'


def _to_csv(values: tuple[object, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().removesuffix("\r\n").encode()
