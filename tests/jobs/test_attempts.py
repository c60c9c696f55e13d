"""One attempt at a job, in both stores: its claim, its reports, and the retry after it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.imports.job import ImportCounts
from chalicelib.jobs.store import JobMissingError, JobStore
from chalicelib.jobs.transitions import JobNotRetryableError
from tests.fakes import changes
from tests.fakes.jobs import NOW, as_import, make_source
from tests.jobs.stored import ERROR, LATER, begin, claim, create, end, read


def test_claim_starts_the_job(store: JobStore) -> None:
    job = create(store)
    claimed = claim(store, job)
    assert (claimed.status, claimed.phase, claimed.started_at) == ("PROCESSING", "claim", LATER)
    assert claimed.source == make_source(job)
    assert claimed.expires_at is None
    assert read(store, job) == claimed


def test_claim_by_another_execution_is_refused(store: JobStore) -> None:
    job = begin(store)
    result = changes.claim(store, job.job_id, "execution-2", make_source(job), LATER)
    assert result.outcome == "taken"
    assert result.job == job
    assert read(store, job).execution == "execution-1"


def test_repeated_claim_by_the_same_execution_is_granted(store: JobStore) -> None:
    job = begin(store)
    assert claim(store, job) == job


def test_claim_of_an_ended_job_is_refused(store: JobStore) -> None:
    job = create(store)
    changes.request_cancel(store, job.job_id, NOW)
    result = changes.claim(store, job.job_id, "execution-1", make_source(job), LATER)
    assert result.outcome == "taken"
    assert read(store, job).status == "CANCELLED"


def test_claim_of_an_unknown_object_finds_no_job(store: JobStore) -> None:
    assert changes.claim(store, "readme.txt", "execution-1", {}, NOW) == ("missing", None)


def test_one_of_many_simultaneous_claims_is_granted(store: JobStore) -> None:
    job = create(store)

    def try_claim(number: int) -> str:
        return changes.claim(
            store, job.job_id, f"execution-{number}", make_source(job), LATER
        ).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(try_claim, range(8)))
    assert sorted(outcomes) == ["claimed"] + ["taken"] * 7


def test_numbers_only_grow(store: JobStore) -> None:
    job = begin(store)
    changes.advance(
        store, job.job_id, 1, "stage", {"bytes_done": 600, "percent": 40}, {"rejected": 3}
    )
    late = changes.advance(
        store, job.job_id, 1, "scan", {"bytes_done": 100, "percent": 9}, {"rejected": 1}
    )
    assert (late.phase, late.progress.bytes_done, late.progress.percent) == ("stage", 600, 40)
    assert late.counts == ImportCounts(rejected=3)


def test_report_without_news_makes_no_new_version(store: JobStore) -> None:
    job = begin(store)
    first = changes.advance(store, job.job_id, 1, "scan", {"percent": 5})
    assert changes.advance(store, job.job_id, 1, "scan", {"percent": 4}) == first
    assert read(store, job).version == first.version


def test_records_done_are_the_sum_of_the_counts(store: JobStore) -> None:
    job = begin(store)
    counts = {"created": 5, "duplicate": 2, "rejected": 1}
    done = changes.advance(store, job.job_id, 1, "merge", {"records_done": 99}, counts)
    assert done.progress.records_done == 8


def test_running_job_never_shows_100_percent(store: JobStore) -> None:
    job = begin(store)
    done = changes.advance(store, job.job_id, 1, "finish", {"percent": 100, "bytes_done": 5000})
    assert (done.progress.percent, done.progress.bytes_done) == (99, 1000)


def test_report_of_another_attempt_changes_nothing(store: JobStore) -> None:
    job = begin(store)
    assert changes.advance(store, job.job_id, 2, "merge", {"percent": 70}) == job


def test_report_on_an_unknown_job_is_refused(store: JobStore) -> None:
    with pytest.raises(JobMissingError):
        changes.advance(store, "job_" + "0" * 26, 1, "scan")


def test_retry_starts_over_with_the_same_source(store: JobStore) -> None:
    job = begin(store)
    changes.advance(store, job.job_id, 1, "stage", {"percent": 30}, {"rejected": 4})
    end(store, job, "FAILED", error=ERROR)
    again = as_import(changes.retry(store, job.job_id, LATER))
    assert (again.status, again.attempt, again.error) == ("PENDING", 2, None)
    assert (again.phase, again.progress.percent, again.counts) == (None, 0, ImportCounts())
    assert again.source == make_source(job)
    assert claim(store, again, "execution-2").attempt == 2


def test_retry_reads_no_other_object(store: JobStore) -> None:
    job = begin(store)
    end(store, job, "FAILED", error=ERROR)
    changes.retry(store, job.job_id, LATER)
    other = changes.claim(store, job.job_id, "execution-2", make_source(job, etag="other"), LATER)
    assert other.outcome == "taken"


@pytest.mark.parametrize("status", ["COMPLETED", "CANCELLED"])
def test_only_failed_jobs_can_be_retried(store: JobStore, status: str) -> None:
    job = begin(store)
    with pytest.raises(JobNotRetryableError):
        changes.retry(store, job.job_id, LATER)
    end(store, job, status)
    with pytest.raises(JobNotRetryableError):
        changes.retry(store, job.job_id, LATER)


def test_job_without_its_source_cannot_be_retried(store: JobStore) -> None:
    job = create(store)
    end(store, job, "FAILED", error=ERROR)
    with pytest.raises(JobNotRetryableError):
        changes.retry(store, job.job_id, LATER)


def test_job_whose_source_has_another_size_cannot_be_retried(store: JobStore) -> None:
    job = create(store)
    changes.claim(store, job.job_id, "execution-1", make_source(job) | {"size_bytes": 7}, LATER)
    end(store, job, "FAILED", error={"code": "size_mismatch", "message": "Other size."})
    with pytest.raises(JobNotRetryableError):
        changes.retry(store, job.job_id, LATER)
