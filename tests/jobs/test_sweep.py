"""The sweep of uploads that never came."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.store import JobStore, get_job_store
from chalicelib.jobs.sweep import abandon_overdue, sweep_jobs
from tests.fakes.aws import BUCKET
from tests.fakes.jobs import NOW, make_job, make_source


def _begin_multipart(job_id: str) -> dict[str, Any]:
    begun = boto3.client("s3").create_multipart_upload(Bucket=BUCKET, Key=f"uploads/{job_id}")
    return {"method": "MULTIPART", "upload_id": begun["UploadId"], "part_size": 5 * 1024**2}


def _create(store: JobStore, minutes_left: float, **more: Any) -> ImportJob:
    now = datetime.now(UTC).replace(microsecond=0)
    job = make_job(now, expires_at=now + timedelta(minutes=minutes_left), **more)
    store.create(job)
    return job


def test_an_upload_that_never_came_ends_its_job(account: None) -> None:
    store = get_job_store()
    overdue, in_grace, awaited = (_create(store, minutes) for minutes in (-20, -5, 5))
    assert sweep_jobs({}, None) == {"outcome": "swept", "jobs": 1}
    ended = store.get(overdue.job_id)
    assert ended is not None
    assert (ended.status, ended.error and ended.error["code"]) == ("FAILED", "upload_abandoned")
    for job in (in_grace, awaited):
        assert store.get(job.job_id) == job
    assert sweep_jobs({}, None) == {"outcome": "swept", "jobs": 0}


def test_the_parts_of_an_abandoned_upload_are_not_kept(account: None) -> None:
    store, upload = get_job_store(), {}
    job = make_job()
    upload = _begin_multipart(job.job_id)
    _create(store, -20, job_id=job.job_id, upload=upload)
    assert sweep_jobs({}, None)["jobs"] == 1
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_a_job_that_is_claimed_meanwhile_goes_on(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job()
    store.create(job)
    overdue = NOW + timedelta(hours=2)
    listed = store.expired(overdue, 10)
    store.claim(job.job_id, "execution", make_source(job), NOW)
    monkeypatch.setattr(store, "expired", lambda now, limit: listed)
    assert abandon_overdue(store, overdue, overdue) == []
    found = store.get(job.job_id)
    assert found is not None
    assert found.status == "PROCESSING"
