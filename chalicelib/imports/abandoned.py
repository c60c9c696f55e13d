"""Imports that wait too long, for an upload or to be applied: the sweep of jobs ends them."""

from datetime import datetime, timedelta

from chalicelib.imports import transitions
from chalicelib.imports.job import ImportJob
from chalicelib.imports.planning import EXPIRED
from chalicelib.imports.steps.changes import drop_changes
from chalicelib.imports.steps.staging import drop_staging, lock_staging
from chalicelib.imports.uploaded import abort_upload
from chalicelib.jobs.kind import JobContext
from chalicelib.jobs.models import as_model
from chalicelib.jobs.orphans import end_by_function
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.telemetry import count, logger

_MOST_JOBS = 200  # of one run; the next run ends the rest
_ABANDONED = {
    "code": "upload_abandoned",
    "message": "The file was not uploaded in time. Start a new import.",
}


def end_waiting(context: JobContext, now: datetime) -> int:
    """End the imports whose upload or whose plan is overdue; return how many."""
    return end_abandoned(context, now) + end_expired(context, now)


def end_expired(context: JobContext, now: datetime) -> int:
    """Have the imports whose plan has expired ended; return how many.

    The Fail function does it, because it has the database. Idempotent, because that is.
    """
    expired = context.jobs.list_waiting("apply", now, _MOST_JOBS)
    client, functions = context.client("lambda"), context.settings.fail_functions
    for job in expired:
        logger.info("plan.expired", job_id=job.job_id)
        end_by_function(client, functions, job, {"outcome": "failed", "error": EXPIRED})
    count("PlansExpired", len(expired))
    return len(expired)


def end_abandoned(context: JobContext, now: datetime) -> int:
    """Fail the imports whose upload is overdue, and abort their uploads; return how many.

    A PUT that began in time may end late: it has another quarter of the time.
    """
    overdue = now - timedelta(seconds=context.settings.upload_expires_seconds / 4)
    abandoned = fail_abandoned(context.jobs, overdue, now)
    for job in abandoned:
        logger.info("upload.abandoned", job_id=job.job_id)
        release(job, context)
    count("UploadsAbandoned", len(abandoned))
    return len(abandoned)


def fail_abandoned(jobs: JobStore, overdue: datetime, now: datetime) -> list[ImportJob]:
    """Fail the imports whose upload was due before `overdue`; return them."""
    ended = [
        jobs.update(
            waiting.job_id, lambda job: transitions.abandon(job, overdue, _ABANDONED, now), now
        )
        for waiting in jobs.list_waiting("upload", overdue, _MOST_JOBS)
    ]
    return [as_model(job, ImportJob) for job in ended if job.error == _ABANDONED]


def release(job: ImportJob, context: JobContext) -> None:
    """Remove what an import leaves that was cancelled while nothing ran. Idempotent.

    It is an upload that isn't complete, or a plan with its staged rows.
    """
    if job.source is None:
        abort_upload(context.client("s3"), context.settings.bucket, job)
    elif job.plan is not None:
        with connect(context.settings, f"discard_plan {job.job_id}") as connection:
            lock_staging(connection, job.job_id)
            drop_staging(connection, job.job_id)
            drop_changes(connection, job.job_id)
