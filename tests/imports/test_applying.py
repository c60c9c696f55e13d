"""The apply of a plan as its steps see it: when it rests again, and what a retry does."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as Connection

from chalicelib.errors import TryAgainError
from chalicelib.imports.api.changes import Place, read_changes
from chalicelib.imports.job import ImportJob
from chalicelib.imports.planning import PLAN_KEPT, make_plan
from chalicelib.imports.steps import readiness
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.steps.changes import PlanDroppedError, drop_changes, hold_changes
from chalicelib.imports.steps.changes_report import report_key_range, write_report
from chalicelib.imports.steps.compare import sum_plan
from chalicelib.imports.steps.finish_plan import close_plan
from chalicelib.imports.storage import report_key
from chalicelib.jobs.models import Job
from chalicelib.jobs.store import Change
from chalicelib.jobs.transitions import retry
from chalicelib.postgres import connect
from chalicelib.products.lease import take_lease
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.aws import BUCKET
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import NOW, as_import, make_job, make_source
from tests.imports.attempts import staged
from tests.imports.pipeline import Pipeline, empty

SECOND = timedelta(seconds=1)
RAW = b"sku,name\nA,Lamp\nB,Desk\n"
RENAMED = b"sku,name\nA,Lamp 2\nB,Desk 2\nC,Sofa\n"


@pytest.fixture(autouse=True)
def _emptied(database: Database) -> Iterator[None]:
    yield
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        empty(connection)


class KilledError(Exception):
    """The worker was killed."""


class KillingStore(FakeJobStore):
    """A store whose worker is killed once it has let a job rest."""

    def update(self, job_id: str, change: Change, *more: Any, **named: Any) -> Job:
        job = super().update(job_id, change, *more, **named)
        if job.status == "PLANNED":
            raise KilledError
        return job


def applying(
    settings: Settings, s3: Any, store: FakeJobStore | None = None
) -> tuple[Attempt, Pipeline]:
    """Return the attempt that applies the plan of a file, and its pipeline."""
    _, shop = staged(settings, s3, RAW)
    shop.run()
    attempt, pipeline = staged(settings, s3, RENAMED)
    pipeline.on_drift = "fail"
    plan = make_plan(pipeline.make_plan(), NOW)
    job = replace(attempt.job, apply="manual", plan=plan, applying={"on_drift": "fail"})
    jobs = store or FakeJobStore()
    jobs.create(job)
    return replace(attempt, jobs=jobs, job=job), pipeline


def job_of(attempt: Attempt) -> ImportJob:
    return as_import(attempt.jobs.get(attempt.job_id))


def check(attempt: Attempt) -> str:
    """Run CheckStage on the job as it is now."""
    now = replace(attempt, job=job_of(attempt))
    return str(readiness.decide(now, {"round": 1}, lambda _: False)["outcome"])


def edit(attempt: Attempt, sku: str) -> None:
    with attempt.database("test") as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE products SET name = 'Mine', version = version + 1 WHERE sku = %s", (sku,)
        )


def test_lease_is_free_once_the_job_rests_even_if_its_worker_is_killed(
    shared: Settings, s3: Any
) -> None:
    attempt, pipeline = applying(shared, s3, KillingStore())
    assert pipeline.take_lease()  # by a run of the step that was killed as well
    edit(attempt, "A")
    with pytest.raises(KilledError):
        check(attempt)
    assert job_of(attempt).status == "PLANNED"
    with attempt.database("test") as connection:
        assert take_lease(connection, "job_other")


def test_retry_of_an_apply_that_merged_nothing_looks_for_drift_again(
    shared: Settings, s3: Any
) -> None:
    attempt, _ = applying(shared, s3)
    assert check(attempt) == "merge"
    assert not job_of(attempt).is_cancellable
    edit(attempt, "A")
    assert check(attempt) == "planned"
    job = job_of(attempt)
    assert (job.status, job.is_cancellable) == ("PLANNED", True)
    assert job.plan
    assert [product["sku"] for product in job.plan["drift"]["products"]] == ["A"]


def test_apply_that_has_merged_a_key_range_continues(shared: Settings, s3: Any) -> None:
    attempt, pipeline = applying(shared, s3)
    assert check(attempt) == "merge"
    pipeline.merge(0)
    assert check(attempt) == "merge"


@pytest.mark.parametrize(
    ("code", "is_kept"),
    [
        ("internal_error", True),
        ("database_unstable", True),
        ("plan_expired", False),
        ("match_not_unique", False),
    ],
)
def test_retry_makes_a_new_plan_if_the_failure_dropped_it(code: str, is_kept: bool) -> None:
    made = make_job()
    job = replace(
        made,
        source=make_source(made),
        status="FAILED",
        apply="manual",
        plan=make_plan({}, NOW),
        applying={"on_drift": "skip"},
        error={"code": code, "message": "It failed."},
    )
    again = as_import(retry(job, NOW))
    assert (again.plan is not None, again.on_drift == "skip", again.is_planning) == (
        is_kept,
        is_kept,
        not is_kept,
    )
    assert replace(job, has_begun_merge=True).is_retryable == is_kept


@pytest.mark.parametrize(("has_begun_merge", "is_applied"), [(False, False), (True, True)])
def test_retry_does_not_apply_a_plan_that_expired_before_anything_of_it_was_applied(
    has_begun_merge: bool, is_applied: bool
) -> None:
    made = make_job()
    job = replace(
        made,
        source=make_source(made),
        status="FAILED",
        apply="manual",
        plan=make_plan({}, NOW),
        applying={"on_drift": "skip"},
        has_begun_merge=has_begun_merge,
        error={"code": "internal_error", "message": "It failed."},
    )
    in_time, late = NOW + PLAN_KEPT - SECOND, NOW + PLAN_KEPT
    assert as_import(retry(job, in_time)).on_drift == "skip"
    again = as_import(retry(job, late))
    assert (again.on_drift == "skip", again.is_planning) == (is_applied, not is_applied)


def test_plan_that_was_dropped_has_no_empty_page(shared: Settings, s3: Any) -> None:
    attempt, pipeline = applying(shared, s3)
    with attempt.database("test") as connection:
        assert len(read_changes(connection, attempt.job_id, Place(), 10, None, None)) == 3
    pipeline.close()
    with attempt.database("test") as connection, pytest.raises(PlanDroppedError):
        read_changes(connection, attempt.job_id, Place(), 10, None, None)


def test_plan_is_not_dropped_while_it_is_read(
    shared: Settings, s3: Any, database: Database
) -> None:
    attempt, _ = applying(shared, s3)
    with closing(psycopg2.connect(database.dsn)) as reader:
        hold_changes(reader, attempt.job_id)
        with closing(psycopg2.connect(database.dsn)) as other, other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
            with pytest.raises(psycopg2.errors.LockNotAvailable):
                cursor.execute(f'DROP TABLE plans."{attempt.job_id}"')


def test_report_has_each_change_once(shared: Settings, s3: Any) -> None:
    rows = [f"S{number}" for number in range(10_001)]
    header = "sku,name\n"
    _, shop = staged(shared, s3, (header + "".join(f"{sku},Lamp\n" for sku in rows)).encode())
    shop.run()
    raw = (header + "".join(f"{sku},Desk\n" for sku in ["New", *rows])).encode()
    attempt, pipeline = staged(shared, s3, raw)
    pipeline.on_drift = "fail"
    pipeline.make_plan()
    with attempt.database("test") as connection:
        write_report(connection, attempt.work)
        assert sum_plan(connection, attempt.job_id)["counts"]["updated"] == len(rows)
    assert sorted(row["sku"] for row in read_report(s3, attempt)) == sorted(["New", *rows])


def test_report_has_nothing_of_comparisons_that_failed(shared: Settings, s3: Any) -> None:
    attempt, _ = applying(shared, s3)
    with attempt.database("test") as connection:
        report_key_range(connection, attempt.work, 0)
        connection.rollback()
        report_key_range(connection, attempt.work, 0)
        write_report(connection, attempt.work)
        first = read_report(s3, attempt)
        write_report(connection, attempt.work)
        changes = read_changes(connection, attempt.job_id, Place(), 10, None, None)
    assert [(row["sku"], row["action"]) for row in first] == [
        (change.sku, change.action) for _, change in changes
    ]
    assert read_report(s3, attempt) == first


class EndingS3:
    """S3 that ends an apply of the plan, as soon as a leftover FinishPlan writes to it."""

    def __init__(self, s3: Any, settings: Settings, job_id: str) -> None:
        self._s3, self._settings, self._job_id = s3, settings, job_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def put_object(self, **request: Any) -> Any:
        with suppress(TryAgainError), connect(self._settings, "test") as connection:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
            drop_changes(connection, self._job_id)
        return self._s3.put_object(**request)


def test_leftover_finish_of_a_plan_never_empties_its_report(shared: Settings, s3: Any) -> None:
    attempt, pipeline = applying(shared, s3)
    with attempt.database("test") as connection:
        close_plan(attempt, connection, pipeline.plan)
    whole = read_report(s3, attempt)
    ending = replace(attempt.work, client=EndingS3(s3, shared, attempt.job_id))
    with attempt.database("test") as connection:
        close_plan(replace(attempt, work=ending), connection, pipeline.plan)
    assert read_report(s3, attempt) == whole
    with pytest.raises(PlanDroppedError), attempt.database("test") as connection:
        close_plan(attempt, connection, pipeline.plan)
    assert read_report(s3, attempt) == whole


class IdleWatch:
    """S3 as a client that notes whether a transaction was open when the report was assembled."""

    def __init__(self, s3: Any, connection: Connection, key: str) -> None:
        self._s3, self._connection, self._key = s3, connection, key
        self.was_open: list[bool] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def put_object(self, **request: Any) -> Any:
        if request["Key"] == self._key:
            status = self._connection.get_transaction_status()
            self.was_open.append(status != TRANSACTION_STATUS_IDLE)
        return self._s3.put_object(**request)


def test_no_transaction_is_idle_while_s3_assembles_the_report(shared: Settings, s3: Any) -> None:
    attempt, _ = applying(shared, s3)
    with attempt.database("test") as connection:
        watch = IdleWatch(s3, connection, report_key(attempt.job_id, "changes"))
        write_report(connection, replace(attempt.work, client=watch))
    assert watch.was_open == [False]


def read_report(s3: Any, attempt: Attempt) -> list[dict[str, str]]:
    key = report_key(attempt.job_id, "changes")
    text = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    return list(csv.DictReader(io.StringIO(text)))
