"""A failed import ends once, says why, and keeps what a retry needs to resume."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import TryAgainError
from chalicelib.imports.job import ImportJob
from chalicelib.imports.steps import fail, ledger
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.storage import report_key
from chalicelib.jobs.orphans import read_end
from chalicelib.products.lease import take_lease
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes import changes
from tests.fakes.aws import BUCKET
from tests.fakes.jobs import NOW, as_import, make_job, make_source
from tests.fakes.workflow import make_execution_end
from tests.imports.attempts import EXECUTION, claimed_job, staged
from tests.imports.pipeline import empty

RAW = b"sku,name\nA,Lamp\n,bad\n"
REFUSED = {"code": "too_many_rejects", "message": "Fix the file."}
CAUGHT = {"Error": "States.TaskFailed", "Cause": "s3cret"}


@pytest.fixture(autouse=True)
def _emptied(database: Database) -> Iterator[None]:
    yield
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        empty(connection)


@pytest.fixture
def attempt(shared: Settings, s3: Any) -> Attempt:
    """An attempt that is staged, and has the lease."""
    attempt, pipeline = staged(shared, s3, RAW)
    assert pipeline.take_lease()
    return attempt


def end(attempt: Attempt, **event: Any) -> ImportJob:
    names = {"job_id": attempt.job_id, "attempt": attempt.job.attempt}
    fail.end_import(names | event, EXECUTION, attempt.jobs, attempt.settings, attempt.work.client)
    return as_import(attempt.jobs.get(attempt.job_id))


def is_free(attempt: Attempt) -> bool:
    """Whether another job may merge now."""
    with attempt.database("test") as connection:
        return take_lease(connection, "job_other")


def staged_ranges(attempt: Attempt) -> int:
    with attempt.database("test") as connection:
        return ledger.staged_totals(connection, attempt.job_id).ranges


def test_failed_import_has_its_reason_and_a_report(attempt: Attempt) -> None:
    job = end(attempt, outcome="failed", error=REFUSED)
    assert (job.status, job.error) == ("FAILED", REFUSED)
    assert job.finished_at
    key = report_key(attempt.job_id)
    report = attempt.work.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert b"sku_missing" in report
    assert is_free(attempt)
    assert staged_ranges(attempt) == 0


def test_cancelled_import_has_no_error(attempt: Attempt) -> None:
    job = end(attempt, outcome="cancelled")
    assert (job.status, job.error) == ("CANCELLED", None)
    assert is_free(attempt)
    assert staged_ranges(attempt) == 0


def test_interrupted_import_keeps_its_staging_table_and_releases_the_lease(
    attempt: Attempt,
) -> None:
    job = end(attempt, outcome="ready", caught=CAUGHT)
    assert job.status == "FAILED"
    assert job.error
    assert job.error["code"] == "internal_error"
    assert "s3cret" not in job.error["message"]
    assert is_free(attempt)
    assert staged_ranges(attempt) == 1


def test_failing_an_import_is_idempotent(attempt: Attempt) -> None:
    first = end(attempt, outcome="failed", error=REFUSED)
    assert end(attempt, outcome="failed", error={"code": "other", "message": "x"}) == first


def test_final_status_never_changes(attempt: Attempt) -> None:
    counts = {"created": 1, "rejected": 1}
    changes.finish(
        attempt.jobs,
        attempt.job_id,
        1,
        "COMPLETED",
        counts=counts,
        now=NOW,
    )
    assert end(attempt, caught=CAUGHT).status == "COMPLETED"


def test_earlier_attempt_does_not_end_the_current_one(attempt: Attempt) -> None:
    end(attempt, caught=CAUGHT)
    changes.retry(attempt.jobs, attempt.job_id, NOW)
    changes.claim(attempt.jobs, attempt.job_id, EXECUTION + "2", attempt.job.source or {}, NOW)
    job = end(attempt, caught=CAUGHT)
    assert (job.status, job.attempt) == ("PROCESSING", 2)
    assert staged_ranges(attempt) == 1


def failed_claim(job: ImportJob) -> dict[str, Any]:
    """Return the state of a workflow whose first step, the claim, failed."""
    source = make_source(job)
    described = {"key": source["key"], "size": source["size_bytes"], "etag": source["etag"]}
    detail = {"bucket": {"name": source["bucket"]}, "object": described}
    return {"detail": detail, "caught": CAUGHT}


def test_import_whose_claim_failed_can_be_retried(attempt: Attempt) -> None:
    waiting = make_job()
    attempt.jobs.create(waiting)
    fail.end_import(
        failed_claim(waiting), EXECUTION, attempt.jobs, attempt.settings, attempt.work.client
    )
    job = as_import(attempt.jobs.get(waiting.job_id))
    assert (job.status, job.source, job.is_retryable) == ("FAILED", make_source(job), True)


def test_claim_that_failed_after_its_write_ends_the_job(attempt: Attempt) -> None:
    claimed = claimed_job(attempt.jobs, RAW)
    found = fail.end_import(
        failed_claim(claimed), EXECUTION, attempt.jobs, attempt.settings, attempt.work.client
    )
    assert found == {"outcome": "failed", "job_id": claimed.job_id, "attempt": 1}


def test_second_event_whose_claim_failed_leaves_the_running_import_alone(
    attempt: Attempt,
) -> None:
    second = EXECUTION + "2"
    found = fail.end_import(
        failed_claim(attempt.job), second, attempt.jobs, attempt.settings, attempt.work.client
    )
    assert found == {"outcome": "ignored"}
    job = attempt.jobs.get(attempt.job_id)
    assert job
    assert job.status == "PROCESSING"
    assert staged_ranges(attempt) == 1
    assert not is_free(attempt)


def test_object_without_a_job_is_ignored(attempt: Attempt) -> None:
    unknown = failed_claim(make_job())
    found = fail.end_import(unknown, EXECUTION, attempt.jobs, attempt.settings, attempt.work.client)
    assert found == {"outcome": "ignored"}


def test_job_fails_even_if_the_database_is_unreachable(attempt: Attempt) -> None:
    away = attempt.settings.model_copy(update={"database_port": 1})
    names = {"job_id": attempt.job_id, "attempt": 1, "caught": CAUGHT}
    with pytest.raises(TryAgainError):
        fail.end_import(names, EXECUTION, attempt.jobs, away, attempt.work.client)
    job = attempt.jobs.get(attempt.job_id)
    assert job
    assert job.status == "FAILED"


def test_job_fails_even_if_the_report_cannot_be_written(attempt: Attempt, s3: Any) -> None:
    nowhere = attempt.settings.model_copy(update={"bucket": "nowhere"})
    names = {"job_id": attempt.job_id, "attempt": 1, "caught": CAUGHT}
    with pytest.raises(ClientError):
        fail.end_import(names, EXECUTION, attempt.jobs, nowhere, attempt.work.client)
    job = attempt.jobs.get(attempt.job_id)
    assert job
    assert job.status == "FAILED"
    assert end(attempt, caught=CAUGHT).status == "FAILED"
    assert is_free(attempt)


def end_by_event(attempt: Attempt, execution: str, job: ImportJob) -> dict[str, Any]:
    given = {"detail": failed_claim(job)["detail"]}
    state, named = read_end(make_execution_end(execution, "ABORTED", given))
    return fail.end_import(state, named, attempt.jobs, attempt.settings, attempt.work.client)


def test_end_event_without_input_is_left_to_the_sweep(attempt: Attempt) -> None:
    event = make_execution_end(EXECUTION, "ABORTED", {})
    event["detail"] |= {"input": None, "inputDetails": {"included": False}}
    found = fail.end_import(*read_end(event), attempt.jobs, attempt.settings, attempt.work.client)
    assert found == {"outcome": "ignored"}


def test_import_whose_execution_was_stopped_ends_once_and_can_be_retried(
    attempt: Attempt,
) -> None:
    assert end_by_event(attempt, EXECUTION, attempt.job)["outcome"] == "failed"
    job = as_import(attempt.jobs.get(attempt.job_id))
    assert job.error
    assert "Retry" in job.error["message"]
    assert job.is_retryable
    assert is_free(attempt)
    assert staged_ranges(attempt) == 1
    assert end_by_event(attempt, EXECUTION, attempt.job) == {"outcome": "ignored"}


def test_late_end_event_leaves_the_next_attempt_alone(attempt: Attempt) -> None:
    end_by_event(attempt, EXECUTION, attempt.job)
    waiting = changes.retry(attempt.jobs, attempt.job_id, NOW)
    assert end_by_event(attempt, EXECUTION, attempt.job) == {"outcome": "ignored"}
    assert attempt.jobs.get(attempt.job_id) == waiting
    second = f"{EXECUTION.rpartition(':')[0]}:{attempt.job_id}-2"
    changes.claim(attempt.jobs, attempt.job_id, second, attempt.job.source, NOW)
    assert end_by_event(attempt, EXECUTION, attempt.job) == {"outcome": "ignored"}
    assert end_by_event(attempt, second, attempt.job)["attempt"] == 2
