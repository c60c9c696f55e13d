"""The sweep: end jobs whose input never arrives, or whose execution has ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.jobs import transitions
from chalicelib.jobs.kind import JobContext
from chalicelib.jobs.orphans import end_orphan, find_orphans
from chalicelib.jobs.store import JobStore
from chalicelib.telemetry import Event, count, logger, worker

sweep = Blueprint(__name__)

_MOST_JOBS = 200  # of one run; the next run ends the rest
# EventBridge reports the end of an execution within seconds. The sweep waits for it, so that it
# only ends what EventBridge missed.
_REPORTED_WITHIN = timedelta(minutes=5)
# A workflow claims its job within seconds. After this time, the request that was to start it died.
_STARTS_WITHIN = timedelta(minutes=15)
_NOT_STARTED = {
    "code": "not_started",
    "message": "An internal error prevented the job from starting; nothing was changed. Retry it.",
}


# Its schedule is in infra/resources, beside its role.
@sweep.lambda_function(name="sweep_jobs")
@worker
def sweep_jobs(event: Event, context: Any) -> Event:
    """End jobs that would wait forever. Idempotent: a job that has moved on is left alone."""
    job_context, now = services().job_context, datetime.now(UTC)
    ended = sum(kind.sweep(job_context, now) for kind in job_context.kinds)
    unstarted = fail_unstarted_jobs(job_context.jobs, now - _STARTS_WITHIN, now)
    for job_id in unstarted:
        logger.error("job.not_started", job_id=job_id)
    count("JobsNotStarted", len(unstarted))
    orphaned = _end_orphans(job_context, now)
    return {"outcome": "swept", "jobs": ended + len(unstarted) + orphaned}


def _end_orphans(context: JobContext, now: datetime) -> int:
    orphaned = 0
    oldest = context.jobs.list_waiting("end", now, 1)
    age = (now - (oldest[0].started_at or now)).total_seconds() if oldest else 0
    count("OldestJobSeconds", age, MetricUnit.Seconds)
    orphans = find_orphans(context.jobs, context.client("stepfunctions"), now - _REPORTED_WITHIN)
    for job, status in orphans:
        logger.error("job.orphaned", job_id=job.job_id, execution_status=status)
        end_orphan(context.client("lambda"), context.settings.fail_functions, job, status)
        orphaned += 1
    count("JobsOrphaned", orphaned)
    return orphaned


def fail_unstarted_jobs(jobs: JobStore, before: datetime, now: datetime) -> list[str]:
    """Fail the jobs that have waited for their workflow since before `before`; return their ids."""
    found = jobs.list_waiting("workflow", before, _MOST_JOBS)
    ended = [
        jobs.update(
            waiting.job_id,
            lambda job: transitions.fail_unstarted(job, before, _NOT_STARTED, now),
            now,
        )
        for waiting in found
    ]
    return [job.job_id for job in ended if job.error == _NOT_STARTED]
