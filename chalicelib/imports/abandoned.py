"""Imports whose upload never came: the sweep of jobs ends them."""

from datetime import datetime, timedelta

from chalicelib.imports import transitions
from chalicelib.imports.job import ImportJob
from chalicelib.imports.uploaded import abort_upload
from chalicelib.jobs.kind import JobContext
from chalicelib.jobs.models import as_model
from chalicelib.jobs.store import JobStore
from chalicelib.telemetry import count, logger

_MOST_JOBS = 200  # of one run; the next run ends the rest
_ABANDONED = {
    "code": "upload_abandoned",
    "message": "The file was not uploaded in time. Start a new import.",
}


def end_abandoned(context: JobContext, now: datetime) -> int:
    """Fail the imports whose upload is overdue, and abort their uploads; return how many.

    A PUT that began in time may end late: it has another quarter of the time.
    """
    overdue = now - timedelta(seconds=context.settings.upload_expires_seconds / 4)
    abandoned = fail_abandoned(context.jobs, overdue, now)
    for job in abandoned:
        logger.info("upload.abandoned", job_id=job.job_id)
        release_upload(job, context)
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


def release_upload(job: ImportJob, context: JobContext) -> None:
    """Abort the upload of an import that ended before its source was complete. Idempotent."""
    if job.source is None:
        abort_upload(context.client("s3"), context.settings.bucket, job)
