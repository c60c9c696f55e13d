"""The sweep: jobs whose upload never came, that nobody started, or whose execution is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.orphans import end_orphan, find_orphans
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.uploads import abort_upload
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, count, logger, worker

sweep = Blueprint(__name__)

_MOST_JOBS = 200  # of one run; the next one goes on
_ABANDONED = {
    "code": "upload_abandoned",
    "message": "The file was not uploaded in time. Start a new import to try again.",
}
# EventBridge tells of an execution's end within seconds; it never comes too late to be left to it.
_TOLD_WITHIN = timedelta(minutes=5)
# A workflow claims its job within seconds. Whoever was to start it died before that.
_STARTS_WITHIN = timedelta(minutes=15)
_NOT_STARTED = {
    "code": "not_started",
    "message": "A fault on our side kept the job from being started, so this attempt did nothing."
    " Retry it.",
}


# Its schedule is in infra/resources, beside its role.
@sweep.lambda_function(name="sweep_jobs")
@worker
def sweep_jobs(event: Event, context: Any) -> Event:
    """End jobs that wait in vain. Safe twice: a job that has gone on is left alone."""
    settings, now = services().settings, datetime.now(UTC)
    # A PUT that began in time may end late: it has a quarter of the time on top.
    overdue = now - timedelta(seconds=settings.upload_expires_seconds / 4)
    abandoned = abandon_overdue(services().jobs, overdue, now)
    for job in abandoned:
        logger.info("upload.abandoned", job_id=job.job_id)
        abort_upload(services().client("s3"), settings.bucket, job)
    count("UploadsAbandoned", len(abandoned))
    unstarted = give_up_unstarted(services().jobs, now - _STARTS_WITHIN, now)
    for job_id in unstarted:
        logger.error("job.not_started", job_id=job_id)
    count("JobsNotStarted", len(unstarted))
    orphaned = _end_orphans(settings, now)
    return {"outcome": "swept", "jobs": len(abandoned) + len(unstarted) + orphaned}


def abandon_overdue(jobs: JobStore, overdue: datetime, now: datetime) -> list[ImportJob]:
    """End the imports that awaited their upload until before `overdue`; return them."""
    found = jobs.expired(overdue, _MOST_JOBS)
    ended = [(job, jobs.abandon(job.job_id, overdue, _ABANDONED, now)) for job in found]
    return [job for job, as_it_is in ended if as_it_is.error == _ABANDONED]


def _end_orphans(settings: Settings, now: datetime) -> int:
    jobs, orphaned = services().jobs, 0
    oldest = jobs.at_work(now, 1)
    age = (now - (oldest[0].started_at or now)).total_seconds() if oldest else 0
    count("OldestJobSeconds", age, MetricUnit.Seconds)
    for job, status in find_orphans(jobs, services().client("stepfunctions"), now - _TOLD_WITHIN):
        logger.error("job.orphaned", job_id=job.job_id, execution_status=status)
        end_orphan(services().client("lambda"), settings, job, status)
        orphaned += 1
    count("JobsOrphaned", orphaned)
    return orphaned


def give_up_unstarted(jobs: JobStore, before: datetime, now: datetime) -> list[str]:
    """End the jobs that have waited for their workflow since before `before`; return their ids."""
    found = jobs.unstarted(before, _MOST_JOBS)
    ended = [jobs.give_up(job.job_id, before, _NOT_STARTED, now) for job in found]
    return [job.job_id for job in ended if job.error == _NOT_STARTED]
