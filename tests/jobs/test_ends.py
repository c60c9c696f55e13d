"""The ends of a job, in both stores: completed, failed, cancelled, or never uploaded."""

from datetime import timedelta

import pytest

from chalicelib.imports.transitions import UploadOverError
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.transitions import CancelTooLateError, JobFinalError
from tests.fakes import changes
from tests.fakes.jobs import NOW
from tests.jobs.stored import ERROR, LATER, begin, claim, create, end, read


def test_completed_job_has_100_percent_and_its_exact_counts(store: JobStore) -> None:
    job = begin(store)
    counts = {
        "created": 7,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 1,
        "skipped": 0,
        "rejected": 2,
    }
    ended = end(store, job, "COMPLETED", counts=counts, progress={"records_total": 10})
    assert (ended.status, ended.progress.percent, ended.finished_at) == ("COMPLETED", 100, LATER)
    assert (ended.progress.records_total, ended.progress.records_done) == (10, 10)


def test_first_end_is_kept(store: JobStore) -> None:
    job = begin(store)
    ended = end(store, job, "FAILED", error=ERROR)
    assert end(store, job, "COMPLETED") == ended
    assert end(store, job, "FAILED", error={"code": "other", "message": "Other."}) == ended
    assert read(store, job).error == ERROR


def test_job_that_never_began_does_not_complete(store: JobStore) -> None:
    job = create(store)
    assert end(store, job, "COMPLETED") == job
    assert end(store, job, "FAILED", error=ERROR).status == "FAILED"


def test_pending_job_is_cancelled_at_once(store: JobStore) -> None:
    job = create(store)
    cancelled = changes.request_cancel(store, job.job_id, LATER)
    assert (cancelled.status, cancelled.finished_at) == ("CANCELLED", LATER)


def test_running_job_is_asked_to_stop_and_does_not_merge(store: JobStore) -> None:
    job = begin(store)
    asked = changes.request_cancel(store, job.job_id, LATER)
    assert (asked.status, asked.cancel_requested) == ("PROCESSING", True)
    assert changes.request_cancel(store, job.job_id, LATER) == asked
    assert not changes.begin_merge(store, job.job_id, 1)
    assert end(store, job, "CANCELLED").status == "CANCELLED"


def test_job_cannot_be_cancelled_once_its_merge_has_begun(store: JobStore) -> None:
    job = begin(store)
    assert changes.begin_merge(store, job.job_id, 1)
    assert changes.begin_merge(store, job.job_id, 1)
    with pytest.raises(CancelTooLateError):
        changes.request_cancel(store, job.job_id, LATER)
    assert not read(store, job).cancel_requested


def test_merge_that_begins_late_moves_no_phase_back(store: JobStore) -> None:
    job = begin(store)
    changes.advance(store, job.job_id, 1, "finish")
    assert changes.begin_merge(store, job.job_id, 1)
    assert read(store, job).phase == "finish"


def test_ended_job_cannot_be_cancelled(store: JobStore) -> None:
    job = begin(store)
    end(store, job, "COMPLETED")
    with pytest.raises(JobFinalError):
        changes.request_cancel(store, job.job_id, LATER)


def test_stale_attempt_does_not_begin_the_merge(store: JobStore) -> None:
    job = begin(store)
    assert not changes.begin_merge(store, job.job_id, 2)
    end(store, job, "FAILED", error=ERROR)
    assert not changes.begin_merge(store, job.job_id, 1)


def test_renewing_an_upload_never_shortens_its_wait(store: JobStore) -> None:
    job = create(store)
    until = NOW + timedelta(hours=2)
    for asked in (until, NOW):
        assert changes.renew_upload(store, job.job_id, asked).expires_at == until
    claim(store, job)
    with pytest.raises(UploadOverError):
        changes.renew_upload(store, job.job_id, until)


def test_jobs_with_an_overdue_upload_are_listed(store: JobStore) -> None:
    overdue, claimed, cancelled = create(store), begin(store), create(store)
    changes.request_cancel(store, cancelled.job_id, NOW)
    create(store, expires_at=NOW + timedelta(hours=9))
    failed = begin(store)
    end(store, failed, "FAILED", error=ERROR)
    changes.retry(store, failed.job_id, LATER)
    found = store.list_waiting("upload", NOW + timedelta(hours=2), 10)
    assert [job.job_id for job in found] == [overdue.job_id]
    assert claimed.status == "PROCESSING"
    assert store.list_waiting("upload", NOW, 10) == []


def test_list_of_waiting_jobs_is_limited(store: JobStore) -> None:
    for _ in range(3):
        create(store)
    assert len(store.list_waiting("upload", NOW + timedelta(hours=2), 2)) == 2


def test_only_overdue_jobs_are_abandoned(store: JobStore) -> None:
    job, claimed = create(store), begin(store)
    assert changes.abandon(store, job.job_id, NOW, ERROR, LATER) == job
    overdue = NOW + timedelta(hours=2)
    ended = changes.abandon(store, job.job_id, overdue, ERROR, LATER)
    assert (ended.status, ended.error) == ("FAILED", ERROR)
    assert changes.abandon(store, claimed.job_id, overdue, ERROR, LATER) == claimed
