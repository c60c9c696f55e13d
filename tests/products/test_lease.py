"""One job at a time changes many products, and one that is gone holds up nobody for long."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.products.lease import (
    LeaseLostError,
    hold_lease,
    lease_holder,
    leave_lease,
    note_held,
    take_lease,
    take_turn,
    wait_longer,
)
from infra.local.postgres import Database
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import NOW, make_bulk_delete, make_job


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
    assert take_turn(connection, jobs, importing.job_id)
    assert take_turn(connection, jobs, importing.job_id)
    assert not take_turn(connection, jobs, deleting.job_id)
    leave_lease(connection, importing.job_id)
    assert take_turn(connection, jobs, deleting.job_id)
    assert not take_turn(connection, jobs, importing.job_id)


def test_a_job_that_ended_without_giving_it_back_is_not_waited_for(connection: Connection) -> None:
    jobs, ended, other = FakeJobStore(), make_bulk_delete(), make_job()
    for job in (ended, other):
        jobs.create(job)
    assert take_turn(connection, jobs, ended.job_id)
    jobs.request_cancel(ended.job_id, NOW)
    assert take_turn(connection, jobs, other.job_id)
    assert lease_holder(connection) == other.job_id


def test_a_job_that_does_nothing_for_half_an_hour_loses_it(connection: Connection) -> None:
    assert take_lease(connection, "job_1")
    age(connection, 29)
    assert not take_lease(connection, "job_2")
    age(connection, 2)
    assert take_lease(connection, "job_2")
    with connection.cursor() as cursor, pytest.raises(LeaseLostError):
        hold_lease(cursor, "job_1")


def test_a_job_at_work_says_so_and_keeps_it(connection: Connection) -> None:
    assert take_lease(connection, "job_1")
    age(connection, 300)
    with connection.cursor() as cursor:
        note_held(cursor, "job_2")
        note_held(cursor, "job_1")
    assert not take_lease(connection, "job_2")


def test_it_is_noted_no_more_than_once_a_minute(connection: Connection) -> None:
    assert take_lease(connection, "job_1")
    before = held_at(connection)
    with connection.cursor() as cursor:
        note_held(cursor, "job_1")
        assert held_at(connection) == before
        age(connection, 1.1)
        note_held(cursor, "job_1")
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
            note_held(cursor, "job_1")
        first.commit()
        # It is not taken from a worker that is at work, nor given back under it.
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            leave_lease(first, "job_1")
        first.rollback()
        second.commit()
        leave_lease(first, "job_1")
        assert lease_holder(first) is None


def test_the_wait_for_a_turn_grows_to_half_a_minute() -> None:
    waits = [0]
    for _ in range(7):
        waits.append(wait_longer(waits[-1]))
    assert waits == [0, 1, 2, 4, 8, 16, 30, 30]
