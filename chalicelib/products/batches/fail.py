"""Fail: end a batch job that failed or was cancelled."""

from datetime import UTC, datetime

from chalicelib.errors import TryAgainError
from chalicelib.jobs import transitions
from chalicelib.jobs.claims import find_claimed
from chalicelib.jobs.models import FinalStatus, Job
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.batches import ledger
from chalicelib.products.lease import release_lease
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, logger

_INTERNAL_ERROR = {
    "code": "internal_error",
    "message": "The job failed because of an internal error. The products changed so far stay"
    " changed. Retry it to change the rest.",
}


def end(state: Event, execution: str, jobs: JobStore, settings: Settings) -> Event:
    """End the job of the execution as CANCELLED or FAILED.

    `state`: the workflow's, with the outcome that a step returned or the exception that was left
    after all retries. The end has exact counts. Only if the database fails, the job ends with the
    counts that are known, and the step is retried.
    """
    job = find_claimed(jobs, state, execution)
    if job is None:
        return {"outcome": "ignored"}
    logger.append_keys(job_id=job.job_id, attempt=job.attempt)
    status, error = _judge(state)
    counts, fault = None, None
    try:
        counts = _close(job, jobs, settings, is_cancelled=status == "CANCELLED")
    except TryAgainError as passing:
        status, error, fault = "FAILED", _INTERNAL_ERROR, passing
    except LookupError:  # a restore of the database removed it: there is nothing to count
        status, error = "FAILED", _INTERNAL_ERROR
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


def _judge(state: Event) -> tuple[FinalStatus, dict[str, str] | None]:
    if "caught" in state:
        logger.error("batch_job.failed", caught=state["caught"].get("Error"))
        return "FAILED", _INTERNAL_ERROR
    return ("CANCELLED", None) if state["outcome"] == "cancelled" else ("FAILED", state["error"])


def _close(
    job: Job, jobs: JobStore, settings: Settings, *, is_cancelled: bool
) -> dict[str, int] | None:
    """Release the lease and return the exact counts; None if the job has been retried since.

    Workers may still be running. Releasing the lease waits for those that hold it, and none can
    commit after that.
    """
    with connect(settings, f"fail_batch_job {job.job_id}") as connection:
        ledger.lock_batch_job(connection, job.job_id)
        now = jobs.get(job.job_id)
        if not _is_current(now, job):
            return None
        release_lease(connection, job.job_id)
        totals = ledger.sum_batches(connection, job.job_id)
        if is_cancelled and now and now.status != "FAILED":  # whose retry needs the plan
            ledger.forget(connection, job.job_id)
    return totals.counts


def _is_current(now: Job | None, job: Job) -> bool:
    # A retry of this step may find that the job has been retried or completed.
    return now is not None and now.attempt == job.attempt and now.status != "COMPLETED"
