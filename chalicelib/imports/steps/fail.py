"""End an import that failed or was cancelled."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from psycopg2.extensions import connection as Connection

from chalicelib.errors import TryAgainError
from chalicelib.imports.job import ImportJob
from chalicelib.imports.steps import finish
from chalicelib.imports.steps.claim import source_of
from chalicelib.imports.steps.repair import show_repairs
from chalicelib.imports.steps.staging import lock_staging
from chalicelib.imports.storage import WorkFolder
from chalicelib.imports.uploaded import job_id_of
from chalicelib.jobs import transitions
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.models import INTERNAL_ERRORS, FinalStatus, Job, as_model
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.workflow import attempt_of
from chalicelib.postgres import connect
from chalicelib.products.lease import release_lease
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, logger

_INTERNAL_ERROR = {
    "code": "internal_error",
    "message": "The import failed because of an internal error, not because of the file. Retry it;"
    " it resumes where it stopped.",
}


def end_import(state: Event, execution: str, jobs: JobStore, settings: Settings, s3: Any) -> Event:
    """End the job that the execution was importing, as FAILED or CANCELLED.

    `state` is the workflow's at the fault, with the outcome that a step returned or the exception
    that was left after all retries. The attempt is cleaned up before its end is written, because
    the job may be retried from then on. If the database or S3 fails, the end is written at once and
    the fault is raised, so that the clean-up is retried.
    """
    job = _find_job(state, execution, jobs)
    if job is None:
        return {"outcome": "ignored"}
    logger.append_keys(job_id=job.job_id, attempt=job.attempt)
    status, error = _read_end(state)
    fault = _try_to_close(job, jobs, settings, s3, keeps_staging=_may_resume(error))
    now, attempt = datetime.now(UTC), job.attempt
    ended = jobs.update(
        job.job_id,
        lambda found: transitions.finish(found, attempt, status, error=error, now=now),
        now,
    )
    if fault:
        raise fault
    return {"outcome": ended.status.lower(), "job_id": job.job_id, "attempt": job.attempt}


def _find_job(state: Event, execution: str, jobs: JobStore) -> Job | None:
    """Find the attempt's job. If the claim itself failed, claim the job here.

    The job then has its source and can be retried. A job that another execution imports, or that
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
    result = claim_job(jobs, job_id, execution, source, datetime.now(UTC))
    return result.job if result.outcome == "claimed" else None


def _read_end(state: Event) -> tuple[FinalStatus, dict[str, str] | None]:
    if "caught" in state:
        logger.error("import.interrupted", caught=state["caught"].get("Error"))
        return "FAILED", _INTERNAL_ERROR
    return (
        ("CANCELLED", None)
        if state["outcome"] == "cancelled"
        else ("FAILED", state.get("error", _INTERNAL_ERROR))
    )


def _may_resume(error: Mapping[str, str] | None) -> bool:
    """Whether a retry resumes from what is staged and planned."""
    return error is not None and error["code"] in INTERNAL_ERRORS


def _try_to_close(
    job: Job, jobs: JobStore, settings: Settings, s3: Any, *, keeps_staging: bool
) -> Exception | None:
    """Write the reports so far and clean up; return the fault that prevented it."""
    try:
        with connect(settings, f"fail_import {job.job_id}") as connection:
            lock_staging(connection, job.job_id)
            if _is_current(jobs.get(job.job_id), job):
                work = WorkFolder(s3, settings.bucket, job.job_id)
                repaired = as_model(job, ImportJob)
                show_repairs(connection, jobs, repaired, has_completed=False)
                _close(connection, work, keeps_staging=keeps_staging)
    except (TryAgainError, BotoCoreError, ClientError) as fault:
        return fault
    return None


def _is_current(now: Job | None, job: Job) -> bool:
    # A later run of this step may find that the job was retried or has ended otherwise.
    return now is not None and now.attempt == job.attempt and now.status != "COMPLETED"


def _close(connection: Connection, work: WorkFolder, *, keeps_staging: bool) -> None:
    finish.write_reports(connection, work)
    if keeps_staging:
        release_lease(connection, work.job_id)
    else:
        finish.clean_up(connection, work.job_id)
