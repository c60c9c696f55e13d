"""Jobs for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.exports.job import ExportJob
from chalicelib.exports.requests import ExportRequest
from chalicelib.imports.job import ImportJob
from chalicelib.jobs.models import Job, Progress, new_job_id
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.products.reverts.job import RevertJob

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def make_job(now: datetime = NOW, **more: Any) -> ImportJob:
    """Return a new import whose upload expires in an hour; times have whole milliseconds."""
    job_id = new_job_id(now)
    values: dict[str, Any] = {
        "job_id": job_id,
        "filename": "catalogue.csv",
        "size_bytes": 1000,
        "options": {"mapping": {"Artikel": "sku", "Notiz": None}, "max_reject_rate": 0.25},
        "upload": {"method": "PUT"},
        "created_at": now,
        "updated_at": now,
        "expires_at": now + timedelta(hours=1),
        "progress": Progress(bytes_total=1000),
    }
    return ImportJob(**values | more)


def make_bulk_delete(now: datetime = NOW, **more: Any) -> BulkDeleteJob:
    """Return a new bulk delete of all products."""
    values: dict[str, Any] = {
        "job_id": new_job_id(now),
        "selection": {"all": True},
        "created_at": now,
        "updated_at": now,
    }
    return BulkDeleteJob(**values | more)


def make_revert(reverts: str, now: datetime = NOW, **more: Any) -> RevertJob:
    """Return a new revert of a job."""
    values: dict[str, Any] = {
        "job_id": new_job_id(now),
        "reverts": reverts,
        "created_at": now,
        "updated_at": now,
    }
    return RevertJob(**values | more)


def make_export(now: datetime = NOW, **request: Any) -> ExportJob:
    """Return a new export of this request."""
    return ExportJob(
        job_id=new_job_id(now),
        request=ExportRequest.from_json(request).to_json(),
        created_at=now,
        updated_at=now,
    )


def as_import(job: Job | None) -> ImportJob:
    """Return `job`, which must be an import."""
    assert isinstance(job, ImportJob)
    return job


def make_source(job: ImportJob, etag: str = "abc") -> dict[str, Any]:
    """Return the object that is uploaded for `job`."""
    key = f"uploads/{job.job_id}"
    return {"bucket": "bucket", "key": key, "etag": etag, "size_bytes": job.size_bytes}
