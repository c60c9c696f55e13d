"""What bulk deletes leave in the database, and when it goes."""

from datetime import UTC, datetime, timedelta

from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.batches import ledger
from chalicelib.products.batches.sweep import forget_ended, sweep_batch_jobs
from chalicelib.products.bulk_delete.deletion import Deletion
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.products.bulk_delete.requests import Selection
from chalicelib.settings import Settings
from tests.fakes import changes
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import make_bulk_delete
from tests.products.bulk_delete.deletion import add_products

NOW = datetime.now(UTC).replace(microsecond=0)
YOUNG, EXPIRED = NOW - timedelta(hours=1), NOW - timedelta(days=30)
OLD = NOW - timedelta(hours=2)


def keep(connection: Connection, store: JobStore | None, now: datetime = OLD) -> BulkDeleteJob:
    """Keep a selection, and its job in a store, if there is one."""
    job = make_bulk_delete(now)
    ledger.keep_request(connection, job.job_id, Selection(all=True).to_json())
    connection.commit()
    if store:
        store.create(job)
    return job


def left(connection: Connection) -> dict[str, tuple[bool, int]]:
    """Return what is left: whether the selection is, and how many batches."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job_id, request IS NOT NULL, (SELECT count(*) FROM batches"
            " WHERE batches.job_id = batch_jobs.job_id) FROM batch_jobs"
        )
        return {job_id: (has_selection, batches) for job_id, has_selection, batches in cursor}


def test_the_selection_of_a_job_that_was_cancelled_before_its_claim_goes(
    settings: Settings,
) -> None:
    store = FakeJobStore()
    with connect(settings, "test") as connection:
        cancelled, waiting, working = (keep(connection, store) for _ in range(3))
        changes.request_cancel(store, cancelled.job_id, NOW)
        changes.claim(store, working.job_id, "execution", None, NOW)
        assert forget_ended(connection, store, YOUNG, EXPIRED) == 1
        assert left(connection) == {
            cancelled.job_id: (False, 0),
            waiting.job_id: (True, 0),
            working.job_id: (True, 0),
        }
        assert forget_ended(connection, store, YOUNG, EXPIRED) == 0


def test_one_that_failed_keeps_what_a_retry_needs(settings: Settings) -> None:
    store = FakeJobStore()
    error = {"code": "internal_error", "message": "It failed."}
    with connect(settings, "test") as connection:
        add_products(connection, [("S-1", "Lamp", 1, True)])
        job = keep(connection, store)
        ledger.plan_batches(connection, job.job_id, Deletion(Selection(all=True)).find())
        changes.claim(store, job.job_id, "execution", None, NOW)
        changes.finish(store, job.job_id, 1, "FAILED", error=error, now=NOW)
        assert forget_ended(connection, store, YOUNG, EXPIRED) == 0
        assert left(connection) == {job.job_id: (True, 1)}


def test_what_belongs_to_no_job_goes_unless_the_job_may_yet_come(
    settings: Settings,
) -> None:
    with connect(settings, "test") as connection:
        add_products(connection, [("S-1", "Lamp", 1, True)])
        keep(connection, None)  # it was never created
        young = keep(connection, None, NOW)
        expired = keep(connection, None, EXPIRED - timedelta(days=1))
        ledger.plan_batches(connection, expired.job_id, Deletion(Selection(all=True)).find())
        ledger.forget(connection, expired.job_id)
        assert forget_ended(connection, FakeJobStore(), YOUNG, EXPIRED) == 2
        assert left(connection) == {young.job_id: (True, 0)}
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM batches")
            assert cursor.fetchone() == (0,)


def test_the_function_forgets_by_the_job_store(settings: Settings) -> None:
    with connect(settings, "test") as connection:
        job = keep(connection, services().jobs)
    changes.request_cancel(services().jobs, job.job_id, NOW)
    assert sweep_batch_jobs({}, None) == {"outcome": "swept", "jobs": 1}
    assert sweep_batch_jobs({}, None) == {"outcome": "swept", "jobs": 0}
