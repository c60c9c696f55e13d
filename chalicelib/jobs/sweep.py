"""The sweep: jobs whose upload never came, or that nobody started, are ended, on a schedule."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalice.app import Blueprint

from chalicelib.aws import get_client
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.store import JobStore, get_job_store
from chalicelib.jobs.uploads import abort_upload
from chalicelib.settings import get_settings
from chalicelib.telemetry import Event, count, logger, worker

sweep = Blueprint(__name__)

_MOST_JOBS = 200  # of one run; the next one goes on
_ABANDONED = {
    "code": "upload_abandoned",
    "message": "The file was not uploaded in time. Start a new import to try again.",
}
# A workflow claims its job within seconds. Whoever was to start it died before that.
_STARTS_WITHIN = timedelta(minutes=15)
_NOT_STARTED = {
    "code": "not_started",
    "message": "A fault on our side kept the job from being started, so this attempt did nothing."
    " Retry it.",
}


# Its schedule is in infra/resources.yaml, beside its role.
@sweep.lambda_function(name="sweep_jobs")
@worker
def sweep_jobs(event: Event, context: Any) -> Event:
    """End jobs that wait in vain. Safe twice: a job that has gone on is left alone."""
    settings, now = get_settings(), datetime.now(UTC)
    # A PUT that began in time may end late: it has a quarter of the time on top.
    overdue = now - timedelta(seconds=settings.upload_expires_seconds / 4)
    abandoned = abandon_overdue(get_job_store(), overdue, now)
    for job in abandoned:
        logger.info("upload.abandoned", job_id=job.job_id)
        abort_upload(get_client("s3"), settings.bucket, job)
    count("UploadsAbandoned", len(abandoned))
    unstarted = give_up_unstarted(get_job_store(), now - _STARTS_WITHIN, now)
    for job_id in unstarted:
        logger.error("job.not_started", job_id=job_id)
    count("JobsNotStarted", len(unstarted))
    return {"outcome": "swept", "jobs": len(abandoned) + len(unstarted)}


def abandon_overdue(jobs: JobStore, overdue: datetime, now: datetime) -> list[ImportJob]:
    """End the imports that awaited their upload until before `overdue`; return them."""
    found = jobs.expired(overdue, _MOST_JOBS)
    ended = [(job, jobs.abandon(job.job_id, overdue, _ABANDONED, now)) for job in found]
    return [job for job, as_it_is in ended if as_it_is.error == _ABANDONED]


def give_up_unstarted(jobs: JobStore, before: datetime, now: datetime) -> list[str]:
    """End the jobs that have waited for their workflow since before `before`; return their ids."""
    found = jobs.unstarted(before, _MOST_JOBS)
    ended = [jobs.give_up(job.job_id, before, _NOT_STARTED, now) for job in found]
    return [job.job_id for job in ended if job.error == _NOT_STARTED]
