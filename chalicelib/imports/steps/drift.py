"""Drift: products that aren't as they were when the plan was made."""

from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.planning import MOST_LISTED, set_drift
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.steps.changes import changes_of, has_changes
from chalicelib.imports.steps.changes_report import report_overwritten
from chalicelib.postgres import queries


def find_drift(connection: Connection, job_id: str) -> dict[str, Any] | None:
    """Return the drift of a whole plan, before anything of it is applied; None without drift.

    Under the lease only single edits can still change products.
    """
    return _find(connection, job_id, "find_drift")


def find_met(connection: Connection, job_id: str) -> dict[str, Any] | None:
    """Return the drift that an apply met, and kept or overwrote, while its plan is there."""
    return _find(connection, job_id, "drifted_records")


def note_met(attempt: Attempt, connection: Connection) -> None:
    """Note in the job the drift that the apply met, before its plan is dropped.

    All products that it overwrote are in a report. Idempotent: once the plan is dropped, the job
    has the drift.
    """
    if attempt.job.on_drift and has_changes(connection, attempt.job_id):
        drift = find_met(connection, attempt.job_id)
        if drift and drift["overwritten"]:
            report_overwritten(connection, attempt.work)
        number = attempt.job.attempt
        attempt.jobs.update(attempt.job_id, lambda job: set_drift(job, number, drift))


def _find(connection: Connection, job_id: str, query: str) -> dict[str, Any] | None:
    statement = sql.SQL(queries("imports")[query]).format(
        changes=changes_of(job_id), job_id=sql.Literal(job_id), limit=sql.Literal(MOST_LISTED)
    )
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["prepare_merge"])
        cursor.execute(statement)
        found = cursor.fetchall()
    if not found:
        return None
    names = ("product_id", "sku", "line", "is_overwritten")
    *_, count, overwritten = found[0]
    products = [dict(zip(names, row, strict=False)) for row in found]
    return {"count": count, "overwritten": overwritten, "products": products}
