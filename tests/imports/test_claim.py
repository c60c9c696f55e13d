"""Which uploaded objects become an import, and which end quietly."""

from typing import Any

import pytest

from chalicelib.imports.steps.claim import claim
from tests.fakes import changes
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import NOW, as_import, make_job


@pytest.fixture
def jobs() -> FakeJobStore:
    return FakeJobStore()


def event(
    job_id: str, size: int = 1000, etag: str = "abc", execution: str = "one"
) -> dict[str, Any]:
    key = f"uploads/{job_id}"
    return {"bucket": "bucket", "key": key, "size": size, "etag": etag, "execution": execution}


def test_expected_object_is_claimed_for_its_job(jobs: FakeJobStore) -> None:
    job = make_job()
    jobs.create(job)
    found = claim(event(job.job_id, etag='"abc"'), jobs)
    assert found == {"job_id": job.job_id, "attempt": 1, "outcome": "claimed"}
    claimed = as_import(jobs.get(job.job_id))
    assert (claimed.status, claimed.execution) == ("PROCESSING", "one")
    assert claimed.source == {
        "bucket": "bucket",
        "key": f"uploads/{job.job_id}",
        "etag": "abc",
        "size_bytes": 1000,
    }


def test_claim_is_idempotent(jobs: FakeJobStore) -> None:
    job = make_job()
    jobs.create(job)
    assert claim(event(job.job_id), jobs) == claim(event(job.job_id), jobs)


def test_second_event_for_the_object_is_ignored(jobs: FakeJobStore) -> None:
    job = make_job()
    jobs.create(job)
    claim(event(job.job_id), jobs)
    assert claim(event(job.job_id, execution="two"), jobs) == {"outcome": "ignored"}


def test_object_without_a_job_is_ignored(jobs: FakeJobStore) -> None:
    assert claim(event("job_unknown"), jobs) == {"outcome": "ignored"}
    assert claim(event("some/other/file.csv"), jobs) == {"outcome": "ignored"}


def test_object_of_an_ended_job_is_ignored(jobs: FakeJobStore) -> None:
    job = make_job()
    jobs.create(job)
    changes.request_cancel(jobs, job.job_id, NOW)
    assert claim(event(job.job_id), jobs) == {"outcome": "ignored"}
    ended = jobs.get(job.job_id)
    assert ended
    assert ended.status == "CANCELLED"


def test_size_mismatch_fails_with_both_sizes(jobs: FakeJobStore) -> None:
    job = make_job()
    jobs.create(job)
    found = claim(event(job.job_id, size=999), jobs)
    assert (found["outcome"], found["error"]["code"]) == ("failed", "size_mismatch")
    assert "999" in found["error"]["message"]
    assert "1,000" in found["error"]["message"]
