"""Fail: the end of an import that was refused, cancelled or broken off."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.imports import finish, ledger
from chalicelib.imports.claim import UPLOADS
from chalicelib.imports.source import WorkFolder
from chalicelib.jobs.models import Job
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, logger

_BROKEN_OFF = {
    "code": "internal_error",
    "message": "The import broke off because of a fault on our side, not of the file. What was done"
    " is kept: retry the import and it goes on from there.",
}


def end(event: Event, jobs: JobStore, settings: Settings, s3: Any) -> Event:
    """End the job that `event` names: cancelled, failed with its error, or broken off.

    `event` is the state of the workflow where it went wrong: with the outcome a step returned, or
    with the exception that was left after all tries. The job's end is written first, so that
    clients know of it even when the database is what failed.
    """
    job = _find_job(event, jobs)
    if job is None:
        return {"outcome": "ignored"}
    logger.append_keys(job_id=job.job_id, attempt=job.attempt)
    is_cancelled = event.get("outcome") == "cancelled" and "caught" not in event
    is_broken_off = not is_cancelled and "caught" in event
    if is_broken_off:
        logger.error("import.broken_off", caught=event["caught"].get("Error"))
    error = None if is_cancelled else _BROKEN_OFF if is_broken_off else event["error"]
    ended = jobs.finish(
        job.job_id,
        job.attempt,
        "CANCELLED" if is_cancelled else "FAILED",
        counts=None,
        progress=None,
        error=error,
        now=datetime.now(UTC),
    )
    _close(ended, settings, s3, keeps_staging=is_broken_off)
    return {"outcome": ended.status.lower(), "job_id": job.job_id, "attempt": job.attempt}


def _find_job(event: Event, jobs: JobStore) -> Job | None:
    """Find the attempt's job; a claim that broke off left nothing but the object's key."""
    job_id = event.get("job_id") or event["detail"]["object"]["key"].removeprefix(UPLOADS)
    job = jobs.get(job_id)
    return job if job and job.attempt == event.get("attempt", job.attempt) else None


def _close(job: Job, settings: Settings, s3: Any, *, keeps_staging: bool) -> None:
    """Report the rejects so far; keep what a retry would go on from."""
    with connect(settings, f"fail_import {job.job_id}") as connection:
        finish.write_report(connection, WorkFolder(s3, settings.bucket, job.job_id))
        if keeps_staging:
            ledger.leave_lease(connection, job.job_id)
        else:
            finish.clean_up(connection, job.job_id)
