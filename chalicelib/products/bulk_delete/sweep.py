"""What bulk deletes leave in the database is forgotten on a schedule, once nothing needs it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalice.app import Blueprint
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.jobs.models import first_job_id
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.bulk_delete import ledger
from chalicelib.telemetry import Event, count, worker

sweep = Blueprint(__name__)

_YOUNG = timedelta(hours=1)  # a selection is kept a moment before its job is


# Its schedule is in infra/resources, beside its role.
@sweep.lambda_function(name="sweep_bulk_deletes")
@worker
def sweep_bulk_deletes(event: Event, context: Any) -> Event:
    """Forget what no job will ask for again. Safe twice: what is gone is not found again."""
    settings, now = services().settings, datetime.now(UTC)
    expired = now - timedelta(days=settings.retention_days)
    with connect(settings, "sweep_bulk_deletes") as connection:
        forgotten = forget_over(connection, services().jobs, now - _YOUNG, expired)
    count("BulkDeletesForgotten", forgotten)
    return {"outcome": "swept", "bulk_deletes": forgotten}


def forget_over(connection: Connection, jobs: JobStore, young: datetime, expired: datetime) -> int:
    """Forget selections and plans of jobs that are over; all of those that are not kept any more.

    A job that was cancelled before its claim had no workflow to do so; one that FAILED may be
    retried as long as it is kept. Returns of how many something was forgotten.
    """
    found = ledger.find_left(connection, first_job_id(young), first_job_id(expired))
    forgotten = 0
    for job_id in found:
        job = jobs.get(job_id)
        if job is None:
            ledger.forget_all(connection, job_id)
        elif job.status in ("CANCELLED", "COMPLETED"):
            ledger.forget(connection, job_id)
        else:
            continue
        connection.commit()
        forgotten += 1
    return forgotten
