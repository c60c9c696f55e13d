"""The changes of a job as short calls, for tests: each updates a job in a store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.errors import JobCancelledError
from chalicelib.imports import transitions as import_transitions
from chalicelib.imports.job import ImportJob
from chalicelib.jobs import transitions
from chalicelib.jobs.claims import ClaimResult, claim_job
from chalicelib.jobs.models import FinalStatus, Job, Json, as_model
from chalicelib.jobs.store import JobStore

Numbers = Mapping[str, int] | None


def claim(
    store: JobStore, job_id: str, execution: str, source: Json | None, now: datetime
) -> ClaimResult:
    return claim_job(store, job_id, execution, source, now)


def advance(
    store: JobStore,
    job_id: str,
    attempt: int,
    phase: str,
    progress: Numbers = None,
    counts: Numbers = None,
) -> Job:
    return store.update(
        job_id, lambda job: transitions.advance(job, attempt, phase, progress, counts)
    )


def finish(
    store: JobStore, job_id: str, attempt: int, status: FinalStatus, *, now: datetime, **more: Any
) -> Job:
    return store.update(
        job_id, lambda job: transitions.finish(job, attempt, status, now=now, **more), now
    )


def request_cancel(store: JobStore, job_id: str, now: datetime) -> Job:
    return store.update(job_id, lambda job: transitions.request_cancel(job, now), now)


def retry(store: JobStore, job_id: str, now: datetime) -> Job:
    return store.update(job_id, lambda job: transitions.retry(job, now), now)


def fail_unstarted(
    store: JobStore, job_id: str, before: datetime, error: Mapping[str, str], now: datetime
) -> Job:
    return store.update(
        job_id, lambda job: transitions.fail_unstarted(job, before, error, now), now
    )


def set_detected(
    store: JobStore, job_id: str, attempt: int, detected: Json, *warnings: Json
) -> Job:
    return store.update(
        job_id, lambda job: import_transitions.set_detected(job, attempt, detected, warnings)
    )


def add_warnings(store: JobStore, job_id: str, attempt: int, *warnings: Json) -> Job:
    return store.update(job_id, lambda job: import_transitions.add_warnings(job, attempt, warnings))


def begin_merge(store: JobStore, job_id: str, attempt: int) -> bool:
    """Return whether the merge may begin."""
    try:
        store.update(job_id, lambda job: import_transitions.begin_merge(job, attempt))
    except JobCancelledError:
        return False
    return True


def abandon(
    store: JobStore, job_id: str, overdue: datetime, error: Mapping[str, str], now: datetime
) -> Job:
    return store.update(
        job_id, lambda job: import_transitions.abandon(job, overdue, error, now), now
    )


def renew_upload(store: JobStore, job_id: str, expires_at: datetime) -> ImportJob:
    renewed = store.update(job_id, lambda job: import_transitions.renew_upload(job, expires_at))
    return as_model(renewed, ImportJob)
