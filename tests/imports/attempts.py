"""Imports that have come as far as a test needs them, on a real database and S3 in memory."""

from datetime import timedelta
from typing import Any

from chalicelib.imports.job import ImportJob
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.attempt import PLAN, Attempt
from chalicelib.imports.storage import S3Source, WorkFolder
from chalicelib.jobs.store import JobStore
from chalicelib.settings import Settings
from tests.fakes import changes
from tests.fakes.aws import BUCKET
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import NOW, as_import, make_job, make_source
from tests.imports.pipeline import Pipeline

EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:ImportProducts:1"


def claimed_job(jobs: JobStore, raw: bytes, **options: Any) -> ImportJob:
    """Return a new job, claimed for a source of these bytes."""
    job = make_job(size_bytes=len(raw), options=options)
    jobs.create(job)
    began = NOW + timedelta(minutes=1)
    return as_import(changes.claim(jobs, job.job_id, EXECUTION, make_source(job), began).job)


def make_pipeline(settings: Settings, raw: bytes, job: ImportJob) -> Pipeline:
    """Return the import of a job in the database of `settings`."""
    dsn = (
        f"host={settings.database_host} port={settings.database_port}"
        f" dbname={settings.database_name} user={settings.database_user}"
        f" password={settings.database_password.get_secret_value()}"
    )
    return Pipeline(dsn, raw, job.job_id, ImportOptions.from_json({"delimiter": ","} | job.options))


def planned(settings: Settings, s3: Any, raw: bytes, **options: Any) -> tuple[Attempt, Pipeline]:
    """Return an attempt that has its plan, and the pipeline that does its staging and merging."""
    jobs = FakeJobStore()
    job = claimed_job(jobs, raw, **options)
    pipeline = make_pipeline(settings, raw, job)
    work = WorkFolder(s3, BUCKET, job.job_id)
    source = S3Source.from_json(s3, make_source(job))
    work.put(PLAN, {"source": source.to_json(), "plan": pipeline.plan.to_json()})
    pipeline.prepare()
    return Attempt(settings, jobs, job, work), pipeline


def staged(settings: Settings, s3: Any, raw: bytes, **options: Any) -> tuple[Attempt, Pipeline]:
    """Return an attempt whose ranges are all staged."""
    attempt, pipeline = planned(settings, s3, raw, **options)
    for number in range(len(pipeline.plan.ranges)):
        pipeline.stage(number)
    return attempt, pipeline
