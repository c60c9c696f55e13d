"""A job in a store of either kind, in the state that a test needs."""

from datetime import timedelta
from typing import Any

from chalicelib.imports.job import ImportJob
from chalicelib.jobs.store import JobStore
from tests.fakes import changes
from tests.fakes.jobs import NOW, as_import, make_job, make_source

LATER = NOW + timedelta(minutes=5)
ERROR = {"code": "header_incomplete", "message": "The header has no column for sku."}


def create(store: JobStore, **more: Any) -> ImportJob:
    job = make_job(**more)
    store.create(job)
    return job


def claim(store: JobStore, job: ImportJob, execution: str = "execution-1") -> ImportJob:
    result = changes.claim(store, job.job_id, execution, make_source(job), LATER)
    assert result.outcome == "claimed"
    return as_import(result.job)


def begin(store: JobStore) -> ImportJob:
    return claim(store, create(store))


def end(store: JobStore, job: ImportJob, status: Any, **more: Any) -> ImportJob:
    values = {"counts": None, "progress": None, "error": None, "now": LATER} | more
    return as_import(changes.finish(store, job.job_id, job.attempt, status, **values))


def read(store: JobStore, job: ImportJob) -> ImportJob:
    return as_import(store.get(job.job_id))
