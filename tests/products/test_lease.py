"""One job at a time changes many products, and one that is gone holds up nobody for long."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.jobs.models import Job
from chalicelib.jobs.store import JobStore
from chalicelib.products.lease import (
    LeaseLostError,
    free_lease,
    hold_lease,
    next_wait_seconds,
    record_activity,
    release_lease,
    take_lease,
    try_lease,
)
from infra.local.postgres import Database
from tests.fakes import changes
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import NOW, make_bulk_delete, make_job
from tests.products.shelves import lease_holder


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with closing(psycopg2.connect(database.dsn)) as opened:
        yield opened
        opened.rollback()


def age(connection: Connection, minutes: float) -> None:
    """Have the lease taken, or last held, so many minutes earlier."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE catalogue_lease SET held_at = held_at - interval '{minutes} minutes'"
        )


def held_at(connection: Connection) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT held_at FROM catalogue_lease")
        [(found,)] = cursor.fetchall()
    assert isinstance(found, datetime)
    return found


def test_of_two_jobs_of_any_kind_one_has_the_turn(connection: Connection) -> None:
    jobs, importing, deleting = FakeJobStore(), make_job(), make_bulk_delete()
    for job in (importing, deleting):
        jobs.create(job)
    assert try_lease(connection, jobs, importing.job_id)
    assert try_lease(connection, jobs, importing.job_id)
    assert not try_lease(connection, jobs, deleting.job_id)
    release_lease(connection, importing.job_id)
    assert try_lease(connection, jobs, deleting.job_id)
    assert not try_lease(connection, jobs, importing.job_id)


def test_a_job_that_ended_without_giving_it_back_is_not_waited_for(connection: Connection) -> None:
    jobs, ended, other = FakeJobStore(), make_bulk_delete(), make_job()
    for job in (ended, other):
        jobs.create(job)
    assert try_lease(connection, jobs, ended.job_id)
    changes.request_cancel(jobs, ended.job_id, NOW)
    assert try_lease(connection, jobs, other.job_id)
    assert lease_holder(connection) == other.job_id


def test_a_job_that_does_nothing_for_half_an_hour_loses_it(connection: Connection) -> None:
    jobs, silent = FakeJobStore(), make_bulk_delete()
    jobs.create(silent)
    assert try_lease(connection, jobs, silent.job_id)
    age(connection, 29)
    assert not try_lease(connection, jobs, "job_2")
    assert not free_lease(connection, jobs)
    age(connection, 2)
    assert try_lease(connection, jobs, "job_2")
    with connection.cursor() as cursor, pytest.raises(LeaseLostError):
        hold_lease(cursor, silent.job_id)


def test_running_job_records_activity_and_keeps_its_lease(connection: Connection) -> None:
    jobs, working = FakeJobStore(), make_bulk_delete()
    jobs.create(working)
    assert try_lease(connection, jobs, working.job_id)
    age(connection, 300)
    with connection.cursor() as cursor:
        record_activity(cursor, "job_2")
        record_activity(cursor, working.job_id)
    assert not try_lease(connection, jobs, "job_2")
    assert not free_lease(connection, jobs)


def test_it_is_noted_no_more_than_once_a_minute(connection: Connection) -> None:
    assert take_lease(connection, "job_1")
    before = held_at(connection)
    with connection.cursor() as cursor:
        record_activity(cursor, "job_1")
        assert held_at(connection) == before
        age(connection, 1.1)
        record_activity(cursor, "job_1")
    assert held_at(connection) > before


def test_workers_hold_it_together_and_note_it_without_waiting(fresh: Database) -> None:
    with (
        closing(psycopg2.connect(fresh.dsn)) as first,
        closing(psycopg2.connect(fresh.dsn)) as second,
    ):
        assert take_lease(first, "job_1")
        age(first, 5)
        first.commit()
        for worker in (first, second):
            with worker.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
                hold_lease(cursor, "job_1")
        with first.cursor() as cursor:
            record_activity(cursor, "job_1")
        first.commit()
        # A running worker keeps the lease: it is neither taken nor released.
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            release_lease(first, "job_1")
        first.rollback()
        second.commit()
        release_lease(first, "job_1")
        assert lease_holder(first) is None


def fail(jobs: JobStore, job: Job, attempt: int = 1) -> None:
    changes.claim(jobs, job.job_id, f"execution-{attempt}", None, NOW)
    error = {"code": "internal_error", "message": "The database was away."}
    changes.finish(jobs, job.job_id, attempt, "FAILED", error=error, now=NOW)


def test_an_edit_may_free_it_from_a_job_that_has_ended_and_from_no_other(
    connection: Connection,
) -> None:
    jobs, job = FakeJobStore(), make_bulk_delete()
    jobs.create(job)
    assert not free_lease(connection, jobs)  # nobody has it
    assert try_lease(connection, jobs, job.job_id)
    assert not free_lease(connection, jobs)
    changes.claim(jobs, job.job_id, "execution-1", None, NOW)
    assert not free_lease(connection, jobs)
    fail(jobs, job)
    assert free_lease(connection, jobs)
    assert lease_holder(connection) is None


class RetryingStore(FakeJobStore):
    """A store whose reader looks away while the job it has found to be FAILED is retried."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection, self.is_retried = connection, False

    def get(self, job_id: str) -> Job | None:
        found = super().get(job_id)
        if found and found.status == "FAILED" and not self.is_retried:
            self.is_retried = True
            changes.retry(self, job_id, NOW)
            changes.claim(self, job_id, "execution-2", None, NOW)
            assert try_lease(self.connection, self, job_id)
            self.connection.commit()
        return found


@pytest.mark.parametrize("act", [free_lease, lambda c, jobs: try_lease(c, jobs, "job_2")])
def test_a_job_that_is_retried_meanwhile_keeps_it(
    fresh: Database, act: Callable[[Connection, JobStore], bool]
) -> None:
    with (
        closing(psycopg2.connect(fresh.dsn)) as retrying,
        closing(psycopg2.connect(fresh.dsn)) as other,
    ):
        jobs, job = RetryingStore(retrying), make_bulk_delete()
        jobs.create(job)
        assert try_lease(retrying, jobs, job.job_id)
        retrying.commit()
        jobs.is_retried = True
        fail(jobs, job)
        jobs.is_retried = False
        assert not act(other, jobs)
        assert jobs.is_retried
        assert lease_holder(other) == job.job_id


def test_it_is_not_freed_under_a_worker_that_is_left_of_a_job_that_has_ended(
    fresh: Database,
) -> None:
    with (
        closing(psycopg2.connect(fresh.dsn)) as worker,
        closing(psycopg2.connect(fresh.dsn)) as other,
    ):
        jobs, job = FakeJobStore(), make_bulk_delete()
        jobs.create(job)
        assert try_lease(worker, jobs, job.job_id)
        worker.commit()
        fail(jobs, job)
        with worker.cursor() as cursor:
            hold_lease(cursor, job.job_id)
        assert not free_lease(other, jobs)
        worker.commit()
        assert free_lease(other, jobs)
        other.commit()
        with worker.cursor() as cursor, pytest.raises(LeaseLostError):
            hold_lease(cursor, job.job_id)


def test_the_wait_for_a_turn_grows_to_half_a_minute() -> None:
    waits = [0]
    for _ in range(7):
        waits.append(next_wait_seconds(waits[-1]))
    assert waits == [0, 1, 2, 4, 8, 16, 30, 30]
