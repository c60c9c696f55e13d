"""Fail: the end of an import that was refused, cancelled or broken off."""

from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.errors import TryAgainError
from chalicelib.imports.steps import finish
from chalicelib.imports.steps.claim import source_of
from chalicelib.imports.steps.staging import lock_staging
from chalicelib.imports.storage import WorkFolder
from chalicelib.jobs.models import FinalStatus, Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.uploads import job_id_of
from chalicelib.jobs.workflow import attempt_of
from chalicelib.postgres import connect
from chalicelib.products.lease import leave_lease
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, logger

_BROKEN_OFF = {
    "code": "internal_error",
    "message": "The import broke off because of a fault on our side, not of the file. What was done"
    " is kept: retry the import and it goes on from there.",
}


def end(state: Event, execution: str, jobs: JobStore, settings: Settings) -> Event:
    """End the job that the execution was importing: cancelled, failed, or broken off.

    `state`: the workflow's, where it went wrong: with the outcome a step returned, or with the
    exception that was left after all tries. What the attempt leaves behind is seen to before its
    end is written, for then it may be retried; unless the database or S3 is what failed: clients
    are told at once, and the rest is tried again.
    """
    job = _find_job(state, execution, jobs)
    if job is None:
        return {"outcome": "ignored"}
    logger.append_keys(job_id=job.job_id, attempt=job.attempt)
    status, error = _judge(state)
    fault = _try_to_close(job, jobs, settings, keeps_staging=error is _BROKEN_OFF)
    ended = jobs.finish(
        job.job_id,
        job.attempt,
        status,
        counts=None,
        progress=None,
        error=error,
        now=datetime.now(UTC),
    )
    if fault:
        raise fault
    return {"outcome": ended.status.lower(), "job_id": job.job_id, "attempt": job.attempt}


def _find_job(state: Event, execution: str, jobs: JobStore) -> Job | None:
    """Find the attempt's job. When it was the claim that broke off, it is claimed here.

    So the job knows its source and can be retried, and one that another execution imports, or that
    waits for its next attempt, is left alone.
    """
    if "job_id" in state:
        job = jobs.get(state["job_id"])
        return job if job and job.attempt == state["attempt"] else None
    if "detail" not in state:
        return None
    described = state["detail"]["object"]
    source = source_of(state["detail"]["bucket"]["name"], described)
    job_id = job_id_of(described["key"])
    job = jobs.get(job_id)
    if job is None or job.attempt != attempt_of(execution):
        return None
    result = jobs.claim(job_id, execution, source, datetime.now(UTC))
    return result.job if result.outcome == "claimed" else None


def _judge(state: Event) -> tuple[FinalStatus, dict[str, str] | None]:
    if "caught" in state:
        logger.error("import.broken_off", caught=state["caught"].get("Error"))
        return "FAILED", _BROKEN_OFF
    return ("CANCELLED", None) if state["outcome"] == "cancelled" else ("FAILED", state["error"])


def _try_to_close(
    job: Job, jobs: JobStore, settings: Settings, *, keeps_staging: bool
) -> Exception | None:
    """Report the rejects so far and let go of what is not needed; return what stood in the way."""
    try:
        with connect(settings, f"fail_import {job.job_id}") as connection:
            lock_staging(connection, job.job_id)
            if _is_current(jobs.get(job.job_id), job):
                _close(connection, job, settings, keeps_staging=keeps_staging)
    except (TryAgainError, BotoCoreError, ClientError) as fault:
        return fault
    return None


def _is_current(now: Job | None, job: Job) -> bool:
    # A later run of this step may find that the job has been retried, or has ended otherwise.
    return now is not None and now.attempt == job.attempt and now.status != "COMPLETED"


def _close(connection: Connection, job: Job, settings: Settings, *, keeps_staging: bool) -> None:
    work = WorkFolder(services().client("s3"), settings.bucket, job.job_id)
    finish.write_report(connection, work)
    if keeps_staging:
        leave_lease(connection, job.job_id)
    else:
        finish.clean_up(connection, job.job_id)
