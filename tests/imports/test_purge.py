"""What imports leave in the database, and when it goes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.imports.job import ImportJob
from chalicelib.imports.steps import purge
from chalicelib.imports.steps.missing import keep_profile
from chalicelib.imports.steps.purge import Purge, purge_imports
from chalicelib.jobs.models import FinalStatus
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.lists.documents import delete_document, index_next_block
from chalicelib.settings import Settings
from tests.fakes import changes
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import make_job, make_source
from tests.products.shelves import EMPTY, put

NOW = datetime.now(UTC).replace(microsecond=0)
OLD, EXPIRED = NOW - timedelta(days=40), NOW - timedelta(days=30)
ERROR = {"code": "internal_error", "message": "It failed."}


def leave(
    connection: Connection,
    store: JobStore | None,
    status: FinalStatus | None,
    ended: datetime = OLD,
    rejects: int = 3,
    skips: int = 3,
) -> ImportJob:
    """Leave rejects, skips, a ledger and staging of a job that was created long ago."""
    job = make_job(OLD)
    if store:
        store.create(job)
        changes.claim(store, job.job_id, "execution", make_source(job), OLD)
        if status:
            error = ERROR if status == "FAILED" else None
            changes.finish(store, job.job_id, 1, status, error=error, now=ended)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_rejects"
            " SELECT %s, line, 'price_negative', 'price', '', '', false"
            " FROM generate_series(1, %s) AS line",
            (job.job_id, rejects),
        )
        cursor.execute(
            "INSERT INTO import_skips"
            " SELECT %s, line, 'image_row' FROM generate_series(1, %s) AS line",
            (job.job_id, skips),
        )
        cursor.execute(
            "INSERT INTO import_merges (job_id, key_range) VALUES (%s, 0)", (job.job_id,)
        )
        cursor.execute("INSERT INTO import_ranges (job_id, range) VALUES (%s, 0)", (job.job_id,))
        cursor.execute(
            f'CREATE TABLE staging."{job.job_id}" (sku text) PARTITION BY RANGE (sku);'
            f'CREATE UNLOGGED TABLE staging."{job.job_id}_0" PARTITION OF staging."{job.job_id}"'
            " FOR VALUES FROM (MINVALUE) TO (MAXVALUE)"
        )
    connection.commit()
    return job


def left(connection: Connection, *jobs: ImportJob) -> list[tuple[int, ...]]:
    """Return what is left of each job: rejects, skips, merged key ranges, staged ranges, tables."""
    found = []
    with connection.cursor() as cursor:
        for job in jobs:
            cursor.execute(
                "SELECT (SELECT count(*) FROM import_rejects WHERE job_id = %(id)s),"
                " (SELECT count(*) FROM import_skips WHERE job_id = %(id)s),"
                " (SELECT count(*) FROM import_merges WHERE job_id = %(id)s),"
                " (SELECT count(*) FROM import_ranges WHERE job_id = %(id)s),"
                " (SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'"
                "  AND starts_with(tablename, %(id)s))",
                {"id": job.job_id},
            )
            found += cursor.fetchall()
    connection.commit()
    return found


def run(connection: Connection, store: JobStore, **more: Any) -> tuple[int, int]:
    made = Purge(connection, store, **{"has_time": lambda: True} | more)
    return made.drop_stagings(EXPIRED), made.delete_rows(EXPIRED)


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    with connect(settings, "test") as opened:
        yield opened
        with opened.cursor() as cursor:
            cursor.execute(
                "TRUNCATE import_repairs, import_rejects, import_skips, import_merges,"
                " import_ranges, import_profiles"
            )
            cursor.execute("DROP SCHEMA staging CASCADE; CREATE SCHEMA staging")
            cursor.execute(EMPTY)


def test_everything_of_expired_jobs_is_purged(connection: Connection) -> None:
    store = FakeJobStore()
    failed = leave(connection, store, "FAILED")
    completed = leave(connection, store, "COMPLETED")
    unknown = leave(connection, None, None)
    assert run(connection, store) == (3, 3 * 7)
    assert left(connection, failed, completed, unknown) == [(0, 0, 0, 0, 0)] * 3
    assert run(connection, store) == (0, 0)


def test_rows_that_clients_can_still_read_are_kept(connection: Connection) -> None:
    store = FakeJobStore()
    working = leave(connection, store, None)
    late = leave(connection, store, "FAILED", ended=NOW)  # an old one, retried since
    waiting = leave(connection, store, "FAILED")
    changes.retry(store, waiting.job_id, OLD)
    assert run(connection, store) == (0, 0)
    assert left(connection, working, late, waiting) == [(3, 3, 1, 1, 2)] * 3


def test_new_job_is_not_considered(connection: Connection) -> None:
    with connection.cursor() as cursor:
        job = make_job(NOW)
        cursor.execute(
            "INSERT INTO import_merges (job_id, key_range) VALUES (%s, 0)", (job.job_id,)
        )
    connection.commit()
    assert run(connection, FakeJobStore()) == (0, 0)
    assert left(connection, job) == [(0, 0, 1, 0, 0)]


def test_rejects_are_purged_in_batches_until_the_time_limit(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "_BATCH_ROWS", 4)
    left_behind = [leave(connection, None, None, rejects=10, skips=0) for _ in range(2)]
    jobs = sorted(left_behind, key=lambda job: job.job_id)
    looks = iter([True, True, True, False])
    assert Purge(connection, FakeJobStore(), lambda: next(looks, False)).delete_rows(EXPIRED) == 9
    assert [rejects for rejects, *_ in left(connection, *jobs)] == [2, 10]
    assert run(connection, FakeJobStore()) == (2, 2 + 10 + 1)
    assert left(connection, *jobs) == [(0, 0, 0, 0, 0)] * 2


def test_staging_tables_are_dropped_before_rejects(
    connection: Connection,
) -> None:
    failed = leave(connection, services().jobs, "FAILED", ended=NOW - timedelta(days=4))
    recent = leave(connection, services().jobs, "FAILED", ended=NOW - timedelta(days=2))
    assert purge_imports({}, None) == {"outcome": "purged", "stagings": 1, "rows": 0}
    assert left(connection, failed, recent) == [(3, 3, 1, 0, 0), (3, 3, 1, 1, 2)]
    assert purge_imports({}, None)["stagings"] == 0


def use_profile(connection: Connection, job: ImportJob) -> None:
    """Leave the profile of a job."""
    keep_profile(connection, job.job_id, {"profile_id": "prf_1", "name": "Lamps"})
    connection.commit()


def remove(connection: Connection, product_id: int) -> None:
    """Delete a product and its document."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM products WHERE id = %s", (product_id,))
        delete_document(cursor, product_id)
    connection.commit()


def profiles(connection: Connection) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT job_id FROM import_profiles")
        return {job_id for (job_id,) in cursor.fetchall()}


def delete_profiles(connection: Connection, store: JobStore, days: int) -> int:
    """Purge the profiles that no product has named for 10 days, some days from now."""
    now = NOW + timedelta(days=days)
    purge = Purge(connection, store, lambda: True)
    return purge.delete_profiles(EXPIRED, now - timedelta(days=10), now)


@pytest.mark.parametrize("is_indexed", [True, False])
def test_profile_is_kept_as_long_as_a_scope_may_need_it(
    connection: Connection, is_indexed: bool
) -> None:
    store = FakeJobStore()
    overwritten, written = (leave(connection, store, "COMPLETED") for _ in range(2))
    running = leave(connection, store, None)
    use_profile(connection, overwritten)
    use_profile(connection, running)
    use_profile(connection, written)
    product_id = put(connection, sku="A", job_id=written.job_id)
    while is_indexed and index_next_block(connection):
        connection.commit()
    assert [delete_profiles(connection, store, days) for days in (0, 9, 11, 30)] == [0, 0, 1, 0]
    assert profiles(connection) == {written.job_id, running.job_id}
    remove(connection, product_id)
    assert [delete_profiles(connection, store, days) for days in (31, 42)] == [0, 1]
    assert profiles(connection) == {running.job_id}


def test_profile_of_an_import_that_a_revert_brought_back_is_kept(connection: Connection) -> None:
    store = FakeJobStore()
    job = leave(connection, store, "COMPLETED")
    use_profile(connection, job)
    assert delete_profiles(connection, store, 0) == 0
    product_id = put(connection, sku="A", job_id=job.job_id)
    assert delete_profiles(connection, store, 11) == 0
    remove(connection, product_id)
    assert delete_profiles(connection, store, 12) == 0
    assert profiles(connection) == {job.job_id}
