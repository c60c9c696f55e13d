"""Drift: products that aren't as they were when the plan was made."""

from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.planning import MOST_LISTED, set_drift
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.steps.changes import changes_of, has_changes
from chalicelib.postgres import queries


def find_drift(connection: Connection, job_id: str) -> dict[str, Any] | None:
    """Return the drift of a whole plan, before anything of it is applied; None without drift.

    Under the lease only single edits can still change products.
    """
    return _find(connection, job_id, "find_drift")


def find_left_out(connection: Connection, job_id: str) -> dict[str, Any] | None:
    """Return the drift that an apply met and left as it is, while its plan is there."""
    return _find(connection, job_id, "drifted_records")


def note_left_out(attempt: Attempt, connection: Connection) -> None:
    """Note in the job the drift that the apply met and left as it is, before its plan is dropped.

    Idempotent: once the plan is dropped, the job has it.
    """
    if attempt.job.on_drift and has_changes(connection, attempt.job_id):
        drift = find_left_out(connection, attempt.job_id)
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
    products = [{"product_id": i, "sku": sku, "line": line} for i, sku, line, _ in found]
    return {"count": found[0][3], "products": products}
