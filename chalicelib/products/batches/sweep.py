"""Delete on a schedule what ended batch jobs left in the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalice.app import Blueprint
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.jobs.models import first_job_id
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.batches import ledger
from chalicelib.telemetry import Event, count, worker

sweep = Blueprint(__name__)

_YOUNG = timedelta(hours=1)  # a request is stored just before its job


# Its schedule is in infra/resources, beside its role.
@sweep.lambda_function(name="sweep_batch_jobs")
@worker
def sweep_batch_jobs(event: Event, context: Any) -> Event:
    """Delete requests and plans that no job needs. Idempotent."""
    settings, now = services().settings, datetime.now(UTC)
    expired = now - timedelta(days=settings.retention_days)
    with connect(settings, "sweep_batch_jobs") as connection:
        forgotten = forget_ended(connection, services().jobs, now - _YOUNG, expired)
    count("BatchJobsForgotten", forgotten)
    return {"outcome": "swept", "jobs": forgotten}


def forget_ended(connection: Connection, jobs: JobStore, young: datetime, expired: datetime) -> int:
    """Delete the requests and plans of ended jobs, and everything of jobs no longer kept.

    A job that was cancelled before its claim had no workflow to do so. A FAILED job may be retried
    as long as it is kept. Returns the number of batch jobs with something deleted.
    """
    found = ledger.list_removable(connection, first_job_id(young), first_job_id(expired))
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
