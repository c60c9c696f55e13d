"""Fail: the end of a bulk delete that was refused, cancelled or broken off."""

from datetime import UTC, datetime

from chalicelib.errors import TryAgainError
from chalicelib.jobs import transitions
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.models import FinalStatus, Job
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.bulk_delete import ledger
from chalicelib.products.lease import leave_lease
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, logger

_BROKEN_OFF = {
    "code": "internal_error",
    "message": "The bulk delete broke off because of a fault on our side. What was deleted stays"
    " deleted: retry it and it goes on from there.",
}


def end(state: Event, execution: str, jobs: JobStore, settings: Settings) -> Event:
    """End the job that the execution was at work on: cancelled, failed, or broken off.

    `state`: the workflow's, where it went wrong: with the outcome a step returned, or with the
    exception that was left after all tries. The job's end has the exact counts; only where the
    database is what failed, clients are told at once what is known, and the rest is tried again.
    """
    job = _find_job(state, execution, jobs)
    if job is None:
        return {"outcome": "ignored"}
    logger.append_keys(job_id=job.job_id, attempt=job.attempt)
    status, error = _judge(state)
    counts, fault = None, None
    try:
        counts = _close(job, jobs, settings, is_over=status == "CANCELLED")
    except TryAgainError as passing:
        status, error, fault = "FAILED", _BROKEN_OFF, passing
    except LookupError:  # a restore of the database has taken it away: there is nothing to count
        status, error = "FAILED", _BROKEN_OFF
    now, attempt = datetime.now(UTC), job.attempt
    ended = jobs.update(
        job.job_id,
        lambda found: transitions.finish(
            found, attempt, status, counts=counts, error=error, now=now
        ),
        now,
    )
    if fault:
        raise fault
    return {"outcome": ended.status.lower(), "job_id": job.job_id, "attempt": job.attempt}


def _find_job(state: Event, execution: str, jobs: JobStore) -> Job | None:
    """Find the attempt's job. When it was the claim that broke off, it is claimed here.

    So one that another execution is at work on is left alone.
    """
    job = jobs.get(state["job_id"]) if "job_id" in state else None
    if job is None or job.attempt != state["attempt"]:
        return None
    if job.status == "PENDING":
        job = claim_job(jobs, job.job_id, execution, None, datetime.now(UTC)).job
    return job if job and job.execution == execution else None


def _judge(state: Event) -> tuple[FinalStatus, dict[str, str] | None]:
    if "caught" in state:
        logger.error("bulk_delete.broken_off", caught=state["caught"].get("Error"))
        return "FAILED", _BROKEN_OFF
    return ("CANCELLED", None) if state["outcome"] == "cancelled" else ("FAILED", state["error"])


def _close(job: Job, jobs: JobStore, settings: Settings, *, is_over: bool) -> dict[str, int] | None:
    """Give the lease back and return the exact counts; None where the job has gone on since.

    Workers may still be at it: giving the lease back waits for those that hold it, and none can
    commit after that.
    """
    with connect(settings, f"fail_bulk_delete {job.job_id}") as connection:
        ledger.lock_bulk_delete(connection, job.job_id)
        now = jobs.get(job.job_id)
        if not _is_current(now, job):
            return None
        leave_lease(connection, job.job_id)
        totals = ledger.sum_batches(connection, job.job_id)
        if is_over and now and now.status != "FAILED":  # a failed one may be retried, and goes on
            ledger.forget(connection, job.job_id)
    return totals.counts


def _is_current(now: Job | None, job: Job) -> bool:
    # A later run of this step may find that the job has been retried, or has ended otherwise.
    return now is not None and now.attempt == job.attempt and now.status != "COMPLETED"
