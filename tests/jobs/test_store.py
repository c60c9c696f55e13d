"""What every store of jobs does: the one in DynamoDB, and the fake."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import TryAgainError
from chalicelib.jobs.kinds import ImportCounts, ImportJob
from chalicelib.jobs.models import Job
from chalicelib.jobs.store import JobExistsError, JobMissingError, JobStore
from chalicelib.jobs.transitions import (
    CancelTooLateError,
    JobFinalError,
    JobNotRetryableError,
    UploadOverError,
)
from tests.fakes.jobs import NOW, as_import, make_job, make_source

LATER = NOW + timedelta(minutes=5)
ERROR = {"code": "header_incomplete", "message": "The header has no column for sku."}


def _create(store: JobStore, **more: Any) -> ImportJob:
    job = make_job(**more)
    store.create(job)
    return job


def _claim(store: JobStore, job: ImportJob, execution: str = "execution-1") -> ImportJob:
    result = store.claim(job.job_id, execution, make_source(job), LATER)
    assert result.outcome == "claimed"
    return as_import(result.job)


def _begin(store: JobStore) -> ImportJob:
    return _claim(store, _create(store))


def _end(store: JobStore, job: ImportJob, status: Any, **more: Any) -> ImportJob:
    values = {"counts": None, "progress": None, "error": None, "now": LATER} | more
    return as_import(store.finish(job.job_id, job.attempt, status, **values))


def _read(store: JobStore, job: ImportJob) -> ImportJob:
    return as_import(store.get(job.job_id))


def test_a_job_is_read_back_as_it_was_created(store: JobStore) -> None:
    job = _create(store)
    assert store.get(job.job_id) == job


def test_a_job_is_created_once(store: JobStore) -> None:
    job = _create(store)
    with pytest.raises(JobExistsError):
        store.create(job)


@pytest.mark.parametrize("job_id", ["", "nothing", "job_" + "0" * 26, "x" * 5000, "steps/a/b"])
def test_there_is_no_job_of_another_id(store: JobStore, job_id: str) -> None:
    assert store.get(job_id) is None


def test_a_claim_begins_the_job(store: JobStore) -> None:
    job = _create(store)
    claimed = _claim(store, job)
    assert (claimed.status, claimed.phase, claimed.started_at) == ("PROCESSING", "claim", LATER)
    assert claimed.source == make_source(job)
    assert claimed.expires_at is None
    assert _read(store, job) == claimed


def test_a_second_claim_by_another_execution_is_refused(store: JobStore) -> None:
    job = _begin(store)
    result = store.claim(job.job_id, "execution-2", make_source(job), LATER)
    assert result.outcome == "taken"
    assert result.job == job
    assert _read(store, job).execution == "execution-1"


def test_a_repeated_claim_by_the_same_execution_is_granted_again(store: JobStore) -> None:
    job = _begin(store)
    assert _claim(store, job) == job


def test_a_claim_of_a_job_that_ended_is_refused(store: JobStore) -> None:
    job = _create(store)
    store.request_cancel(job.job_id, NOW)
    result = store.claim(job.job_id, "execution-1", make_source(job), LATER)
    assert result.outcome == "taken"
    assert _read(store, job).status == "CANCELLED"


def test_a_claim_of_an_unknown_object_finds_no_job(store: JobStore) -> None:
    assert store.claim("readme.txt", "execution-1", {}, NOW) == ("missing", None)


def test_of_many_claims_at_once_one_is_granted(store: JobStore) -> None:
    job = _create(store)

    def claim(number: int) -> str:
        return store.claim(job.job_id, f"execution-{number}", make_source(job), LATER).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(claim, range(8)))
    assert sorted(outcomes) == ["claimed"] + ["taken"] * 7


def test_numbers_only_grow(store: JobStore) -> None:
    job = _begin(store)
    store.advance(job.job_id, 1, "stage", {"bytes_done": 600, "percent": 40}, {"rejected": 3})
    late = store.advance(job.job_id, 1, "scan", {"bytes_done": 100, "percent": 9}, {"rejected": 1})
    assert (late.phase, late.progress.bytes_done, late.progress.percent) == ("stage", 600, 40)
    assert late.counts == ImportCounts(rejected=3)


def test_a_report_that_tells_nothing_new_makes_no_new_version(store: JobStore) -> None:
    job = _begin(store)
    first = store.advance(job.job_id, 1, "scan", {"percent": 5})
    assert store.advance(job.job_id, 1, "scan", {"percent": 4}) == first
    assert _read(store, job).version == first.version


def test_records_done_are_the_sum_of_the_counts(store: JobStore) -> None:
    job = _begin(store)
    counts = {"created": 5, "duplicate": 2, "rejected": 1}
    done = store.advance(job.job_id, 1, "merge", {"records_done": 99}, counts)
    assert done.progress.records_done == 8


def test_a_job_at_work_is_never_shown_as_done(store: JobStore) -> None:
    job = _begin(store)
    done = store.advance(job.job_id, 1, "finish", {"percent": 100, "bytes_done": 5000})
    assert (done.progress.percent, done.progress.bytes_done) == (99, 1000)


def test_a_report_of_another_attempt_changes_nothing(store: JobStore) -> None:
    job = _begin(store)
    assert store.advance(job.job_id, 2, "merge", {"percent": 70}) == job


def test_a_report_on_an_unknown_job_is_refused(store: JobStore) -> None:
    with pytest.raises(JobMissingError):
        store.advance("job_" + "0" * 26, 1, "scan")


def test_what_was_detected_is_kept(store: JobStore) -> None:
    job = _begin(store)
    detected = {"encoding": "utf-8", "delimiter": ";", "columns": {"Artikel": "sku", "x": None}}
    store.set_detected(job.job_id, 1, detected)
    assert _read(store, job).detected == detected


def test_columns_beyond_what_an_item_holds_are_left_out(store: JobStore) -> None:
    job = _begin(store)
    columns = {f"{number}{'x' * 1000}": "attributes" for number in range(1000)}
    whole = {"encoding": "utf-8", "columns": columns, "header": list(columns)}
    store.set_detected(job.job_id, 1, whole)
    detected = _read(store, job).detected
    assert detected is not None
    assert 0 < len(detected["columns"]) < 100
    assert detected.get("header") is None


def test_a_completed_job_is_at_100_percent_with_its_exact_counts(store: JobStore) -> None:
    job = _begin(store)
    counts = {"created": 7, "updated": 0, "unchanged": 0, "duplicate": 1, "rejected": 2}
    ended = _end(store, job, "COMPLETED", counts=counts, progress={"records_total": 10})
    assert (ended.status, ended.progress.percent, ended.finished_at) == ("COMPLETED", 100, LATER)
    assert (ended.progress.records_total, ended.progress.records_done) == (10, 10)


def test_the_first_end_stands(store: JobStore) -> None:
    job = _begin(store)
    ended = _end(store, job, "FAILED", error=ERROR)
    assert _end(store, job, "COMPLETED") == ended
    assert _end(store, job, "FAILED", error={"code": "other", "message": "Other."}) == ended
    assert _read(store, job).error == ERROR


def test_a_job_that_never_began_does_not_complete(store: JobStore) -> None:
    job = _create(store)
    assert _end(store, job, "COMPLETED") == job
    assert _end(store, job, "FAILED", error=ERROR).status == "FAILED"


def test_a_pending_job_is_cancelled_at_once(store: JobStore) -> None:
    job = _create(store)
    cancelled = store.request_cancel(job.job_id, LATER)
    assert (cancelled.status, cancelled.finished_at) == ("CANCELLED", LATER)


def test_a_job_at_work_is_asked_to_stop_and_does_not_merge(store: JobStore) -> None:
    job = _begin(store)
    asked = store.request_cancel(job.job_id, LATER)
    assert (asked.status, asked.cancel_requested) == ("PROCESSING", True)
    assert store.request_cancel(job.job_id, LATER) == asked
    assert not store.begin_merge(job.job_id, 1)
    assert _end(store, job, "CANCELLED").status == "CANCELLED"


def test_a_merge_that_has_begun_is_not_cancelled(store: JobStore) -> None:
    job = _begin(store)
    assert store.begin_merge(job.job_id, 1)
    assert store.begin_merge(job.job_id, 1)
    with pytest.raises(CancelTooLateError):
        store.request_cancel(job.job_id, LATER)
    assert not _read(store, job).cancel_requested


def test_a_job_that_ended_is_not_cancelled(store: JobStore) -> None:
    job = _begin(store)
    _end(store, job, "COMPLETED")
    with pytest.raises(JobFinalError):
        store.request_cancel(job.job_id, LATER)


def test_an_attempt_that_is_over_does_not_begin_to_merge(store: JobStore) -> None:
    job = _begin(store)
    assert not store.begin_merge(job.job_id, 2)
    _end(store, job, "FAILED", error=ERROR)
    assert not store.begin_merge(job.job_id, 1)


def test_a_retry_begins_anew_with_the_same_source(store: JobStore) -> None:
    job = _begin(store)
    store.advance(job.job_id, 1, "stage", {"percent": 30}, {"rejected": 4})
    _end(store, job, "FAILED", error=ERROR)
    again = as_import(store.retry(job.job_id, LATER))
    assert (again.status, again.attempt, again.error) == ("PENDING", 2, None)
    assert (again.phase, again.progress.percent, again.counts) == (None, 0, ImportCounts())
    assert again.source == make_source(job)
    assert _claim(store, again, "execution-2").attempt == 2


def test_a_retry_reads_no_other_object(store: JobStore) -> None:
    job = _begin(store)
    _end(store, job, "FAILED", error=ERROR)
    store.retry(job.job_id, LATER)
    other = store.claim(job.job_id, "execution-2", make_source(job, etag="other"), LATER)
    assert other.outcome == "taken"


@pytest.mark.parametrize("status", ["COMPLETED", "CANCELLED"])
def test_only_a_failed_job_is_retried(store: JobStore, status: str) -> None:
    job = _begin(store)
    with pytest.raises(JobNotRetryableError):
        store.retry(job.job_id, LATER)
    _end(store, job, status)
    with pytest.raises(JobNotRetryableError):
        store.retry(job.job_id, LATER)


def test_a_job_without_its_source_is_not_retried(store: JobStore) -> None:
    job = _create(store)
    _end(store, job, "FAILED", error=ERROR)
    with pytest.raises(JobNotRetryableError):
        store.retry(job.job_id, LATER)


def test_a_job_whose_source_has_another_size_is_not_retried(store: JobStore) -> None:
    job = _create(store)
    store.claim(job.job_id, "execution-1", make_source(job) | {"size_bytes": 7}, LATER)
    _end(store, job, "FAILED", error={"code": "size_mismatch", "message": "Other size."})
    with pytest.raises(JobNotRetryableError):
        store.retry(job.job_id, LATER)


def test_an_upload_is_awaited_for_longer_and_never_shorter(store: JobStore) -> None:
    job = _create(store)
    until = NOW + timedelta(hours=2)
    for asked in (until, NOW):
        assert store.renew_upload(job.job_id, asked).expires_at == until
    _claim(store, job)
    with pytest.raises(UploadOverError):
        store.renew_upload(job.job_id, until)


def test_jobs_whose_upload_is_overdue_are_found(store: JobStore) -> None:
    overdue, claimed, cancelled = _create(store), _begin(store), _create(store)
    store.request_cancel(cancelled.job_id, NOW)
    _create(store, expires_at=NOW + timedelta(hours=9))
    failed = _begin(store)
    _end(store, failed, "FAILED", error=ERROR)
    store.retry(failed.job_id, LATER)
    found = store.expired(NOW + timedelta(hours=2), 10)
    assert [job.job_id for job in found] == [overdue.job_id]
    assert claimed.status == "PROCESSING"
    assert store.expired(NOW, 10) == []


def test_no_more_overdue_jobs_are_found_than_asked_for(store: JobStore) -> None:
    for _ in range(3):
        _create(store)
    assert len(store.expired(NOW + timedelta(hours=2), 2)) == 2


def test_only_an_overdue_job_is_abandoned(store: JobStore) -> None:
    job, claimed = _create(store), _begin(store)
    assert store.abandon(job.job_id, NOW, ERROR, LATER) == job
    overdue = NOW + timedelta(hours=2)
    ended = store.abandon(job.job_id, overdue, ERROR, LATER)
    assert (ended.status, ended.error) == ("FAILED", ERROR)
    assert store.abandon(claimed.job_id, overdue, ERROR, LATER) == claimed


def test_jobs_are_listed_newest_first_page_by_page(store: JobStore) -> None:
    jobs = [_create(store, now=NOW + timedelta(seconds=n)) for n in range(5)]
    newest_first = [job.job_id for job in jobs[::-1]]
    listed, cursor = [], None
    for _ in range(3):
        page, cursor = store.list_jobs(2, cursor)
        listed.append([job.job_id for job in page])
    assert listed == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    assert cursor is None


def test_a_full_last_page_has_no_next(store: JobStore) -> None:
    for n in range(2):
        _create(store, now=NOW + timedelta(seconds=n))
    page, cursor = store.list_jobs(2, None)
    assert (len(page), cursor) == (2, None)


def test_jobs_are_listed_by_status(store: JobStore) -> None:
    jobs = [_create(store, now=NOW + timedelta(seconds=n)) for n in range(6)]
    for job in jobs[::2]:
        store.request_cancel(job.job_id, LATER)
    first, cursor = store.list_jobs(2, None, "import", "CANCELLED")
    rest, end = store.list_jobs(2, cursor, "import", "CANCELLED")
    assert [job.job_id for job in first + rest] == [jobs[n].job_id for n in (4, 2, 0)]
    assert end is None
    assert store.list_jobs(5, None, status="FAILED") == ([], None)


def test_there_are_no_jobs_at_first(store: JobStore) -> None:
    assert store.list_jobs(25, None) == ([], None)


def _let_in(
    store: JobStore, monkeypatch: pytest.MonkeyPatch, others: list[Callable[[], object]]
) -> None:
    """Have each of `others` write between the reading and the writing of one try."""
    write = store.replace

    def late(before: Job, after: Job) -> bool:
        if others:
            monkeypatch.setattr(store, "replace", write)
            others.pop()()
            monkeypatch.setattr(store, "replace", late)
        return write(before, after)

    monkeypatch.setattr(store, "replace", late)


def test_a_write_that_comes_in_between_is_not_lost(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _begin(store)
    _let_in(store, monkeypatch, [lambda: store.advance(job.job_id, 1, "stage", {"percent": 20})])
    counted = store.advance(job.job_id, 1, "scan", None, {"rejected": 2})
    assert (counted.phase, counted.progress.percent) == ("stage", 20)
    assert counted.counts == ImportCounts(rejected=2)
    assert counted.version == job.version + 2


def test_a_cancel_that_comes_in_between_keeps_the_merge_from_beginning(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _begin(store)
    _let_in(store, monkeypatch, [lambda: store.request_cancel(job.job_id, LATER)])
    assert not store.begin_merge(job.job_id, 1)


def test_a_writer_that_is_always_too_late_gives_up(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _begin(store)
    monkeypatch.setattr("chalicelib.jobs.store._LONGEST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(store, "replace", lambda before, after: False)
    with pytest.raises(TryAgainError):
        store.advance(job.job_id, 1, "stage")
