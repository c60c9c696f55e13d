"""Fail: end an export that failed or was cancelled."""

from datetime import UTC, datetime

from chalicelib.errors import TryAgainError
from chalicelib.jobs import transitions
from chalicelib.jobs.claims import find_claimed
from chalicelib.jobs.models import FinalStatus, Job
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.lease import release_lease
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, logger

_INTERNAL_ERROR = {
    "code": "internal_error",
    "message": "The export failed because of an internal error. Retry it.",
}


def end(state: Event, execution: str, jobs: JobStore, settings: Settings) -> Event:
    """End the job of the execution as CANCELLED or FAILED, and release the lease.

    `state`: the workflow's, with the outcome that a step returned or the exception that was left
    after all retries. If the database fails, the job ends anyway, and the step is retried.
    """
    job = find_claimed(jobs, state, execution)
    if job is None:
        return {"outcome": "ignored"}
    logger.append_keys(job_id=job.job_id, attempt=job.attempt)
    status, error = _judge(state)
    fault: TryAgainError | None = None
    try:
        _release(job, jobs, settings)
    except TryAgainError as passing:
        fault = passing
    now, attempt = datetime.now(UTC), job.attempt
    ended = jobs.update(
        job.job_id,
        lambda found: transitions.finish(found, attempt, status, error=error, now=now),
        now,
    )
    if fault:
        raise fault
    return {"outcome": ended.status.lower()}


def _judge(state: Event) -> tuple[FinalStatus, dict[str, str] | None]:
    if "caught" in state:
        logger.error("export.failed", caught=state["caught"].get("Error"))
        return "FAILED", _INTERNAL_ERROR
    return ("CANCELLED", None) if state["outcome"] == "cancelled" else ("FAILED", state["error"])


def _release(job: Job, jobs: JobStore, settings: Settings) -> None:
    """Release the lease, unless the job was retried since and may have it again."""
    with connect(settings, f"fail_export {job.job_id}") as connection:
        now = jobs.get(job.job_id)
        if now is not None and now.attempt == job.attempt:
            release_lease(connection, job.job_id)
