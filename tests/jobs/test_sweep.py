"""The sweep of uploads that never came."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib.bootstrap import services
from chalicelib.imports.abandoned import fail_abandoned
from chalicelib.imports.job import ImportJob
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.sweep import fail_unstarted_jobs, sweep_jobs
from tests.fakes import changes
from tests.fakes.aws import BUCKET
from tests.fakes.jobs import NOW, make_bulk_delete, make_job, make_source


def _begin_multipart(job_id: str) -> dict[str, Any]:
    begun = boto3.client("s3").create_multipart_upload(Bucket=BUCKET, Key=f"uploads/{job_id}")
    return {"method": "MULTIPART", "upload_id": begun["UploadId"], "part_size": 5 * 1024**2}


def _create(store: JobStore, minutes_left: float, **more: Any) -> ImportJob:
    now = datetime.now(UTC).replace(microsecond=0)
    job = make_job(now, expires_at=now + timedelta(minutes=minutes_left), **more)
    store.create(job)
    return job


def test_missing_upload_fails_its_job(account: None) -> None:
    store = services().jobs
    overdue, in_grace, awaited = (_create(store, minutes) for minutes in (-20, -5, 5))
    assert sweep_jobs({}, None) == {"outcome": "swept", "jobs": 1}
    ended = store.get(overdue.job_id)
    assert ended is not None
    assert (ended.status, ended.error and ended.error["code"]) == ("FAILED", "upload_abandoned")
    for job in (in_grace, awaited):
        assert store.get(job.job_id) == job
    assert sweep_jobs({}, None) == {"outcome": "swept", "jobs": 0}


def test_parts_of_an_abandoned_upload_are_deleted(account: None) -> None:
    store, upload = services().jobs, {}
    job = make_job()
    upload = _begin_multipart(job.job_id)
    _create(store, -20, job_id=job.job_id, upload=upload)
    assert sweep_jobs({}, None)["jobs"] == 1
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_job_that_is_claimed_meanwhile_continues(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job()
    store.create(job)
    overdue = NOW + timedelta(hours=2)
    listed = store.list_waiting("upload", overdue, 10)
    changes.claim(store, job.job_id, "execution", make_source(job), NOW)
    monkeypatch.setattr(store, "list_waiting", lambda reason, before, limit: listed)
    assert fail_abandoned(store, overdue, overdue) == []
    found = store.get(job.job_id)
    assert found is not None
    assert found.status == "PROCESSING"


def _fail_and_retry(store: JobStore, job: ImportJob, now: datetime) -> None:
    changes.claim(store, job.job_id, "execution", make_source(job), now)
    error = {"code": "internal_error", "message": "It failed."}
    changes.finish(store, job.job_id, 1, "FAILED", error=error, now=now)
    changes.retry(store, job.job_id, now)


def test_unstarted_job_fails_and_can_be_retried(account: None) -> None:
    store, now = services().jobs, datetime.now(UTC).replace(microsecond=0)
    old = now - timedelta(minutes=16)
    forgotten, waiting = make_bulk_delete(old), make_bulk_delete(now - timedelta(minutes=14))
    imported = make_job(old)
    for job in (forgotten, waiting, imported):
        store.create(job)
    _fail_and_retry(store, imported, old)
    assert sweep_jobs({}, None) == {"outcome": "swept", "jobs": 2}
    for job in (forgotten, imported):
        ended = store.get(job.job_id)
        assert ended is not None
        assert (ended.status, ended.error and ended.error["code"]) == ("FAILED", "not_started")
        assert ended.is_retryable
    assert store.get(waiting.job_id) == waiting
    assert sweep_jobs({}, None) == {"outcome": "swept", "jobs": 0}
    assert changes.retry(store, forgotten.job_id, now).status == "PENDING"


def test_started_jobs_and_awaited_uploads_are_not_unstarted(store: JobStore) -> None:
    awaited, claimed, cancelled, retried = make_job(), *(make_bulk_delete() for _ in range(3))
    for job in (awaited, claimed, cancelled, retried):
        store.create(job)
    changes.claim(store, claimed.job_id, "execution", None, NOW)
    changes.request_cancel(store, cancelled.job_id, NOW)
    later = NOW + timedelta(hours=1)
    assert [job.job_id for job in store.list_waiting("workflow", later, 10)] == [retried.job_id]
    assert store.list_waiting("workflow", NOW, 10) == []
    assert fail_unstarted_jobs(store, later, later) == [retried.job_id]
    assert store.list_waiting("workflow", later + timedelta(hours=1), 10) == []


def test_job_that_is_started_meanwhile_continues(store: JobStore) -> None:
    job = make_bulk_delete()
    store.create(job)
    changes.claim(store, job.job_id, "execution", None, NOW)
    error = {"code": "not_started", "message": "It was not."}
    found = changes.fail_unstarted(store, job.job_id, NOW + timedelta(hours=1), error, NOW)
    assert found.status == "PROCESSING"


def test_pending_retry_awaits_no_upload(store: JobStore) -> None:
    job = make_job()
    store.create(job)
    _fail_and_retry(store, job, NOW)
    found = store.get(job.job_id)
    assert isinstance(found, ImportJob)
    assert found.expires_at is None
    assert store.list_waiting("upload", NOW + timedelta(days=1), 10) == []
