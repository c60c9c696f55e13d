"""The workflow's steps, over AWS in memory and a real PostgreSQL: every one may run twice."""

from contextlib import closing
from typing import Any

import psycopg2
import pytest

from chalicelib.bootstrap import services
from chalicelib.errors import TryAgainError
from chalicelib.postgres import connect
from chalicelib.products.batches import fail, ledger, steps
from chalicelib.products.batches.running import run_batch
from chalicelib.products.bulk_delete.deletion import Deletion
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.products.bulk_delete.requests import Selection
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import release_lease, take_lease
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes import changes
from tests.fakes.jobs import NOW, make_bulk_delete
from tests.fakes.workflow import make_execution_end
from tests.products.bulk_delete.deletion import ALL, add_products, by_filter, read_skus
from tests.products.shelves import lease_holder

CAUGHT = {"Error": "States.TaskFailed", "Cause": "s3cret"}
Event = dict[str, Any]


class Flow:
    """A bulk delete of 5 products by its steps, as its workflow calls them."""

    def __init__(self, settings: Settings, selection: Selection, **more: Any) -> None:
        self.settings, self.store = settings, services().jobs
        job = make_bulk_delete(selection=selection.describe(), **more)
        with connect(settings, "test") as connection:
            ledger.keep_request(connection, job.job_id, selection.to_json())
        self.store.create(job)
        self.job_id = job.job_id
        self.names = {"job_id": job.job_id, "attempt": 1}

    @property
    def job(self) -> BulkDeleteJob:
        found = self.store.get(self.job_id)
        assert isinstance(found, BulkDeleteJob)
        return found

    def claim(self, execution: str = "one", attempt: int = 1) -> Event:
        event = self.names | {"execution": execution, "attempt": attempt}
        found: Event = steps.claim_batch_job(event, None)
        return found

    def plan(self, **more: Any) -> Event:
        found: Event = steps.plan_batches(self.names | more, None)
        return found

    def delete(self, key_range: int = 0) -> Event:
        found: Event = steps.run_key_range(self.names | {"key_range": key_range}, None)
        return found

    def finish(self, *results: Event) -> Event:
        found: Event = steps.finish_batch_job(self.names | {"results": list(results)}, None)
        return found

    def fail(self, execution: str = "one", **state: Any) -> Event:
        event = {"state": self.names | state, "execution": execution}
        found: Event = steps.fail_batch_job(event, None)
        return found

    def skus(self) -> list[str]:
        with connect(self.settings, "test") as connection:
            return read_skus(connection)

    def holder(self) -> str | None:
        with connect(self.settings, "test") as connection:
            return lease_holder(connection)

    def execute(self, statement: str) -> None:
        with connect(self.settings, "test") as connection, connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def _products(fresh: Database) -> None:
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection:
        add_products(connection, [(f"S-{n}", "Lamp", n, n > 1) for n in range(5)])


@pytest.fixture
def flow(settings: Settings) -> Flow:
    return Flow(settings, ALL)


def test_a_bulk_delete_goes_from_claim_to_its_end_each_step_twice(flow: Flow) -> None:
    assert flow.claim() == flow.claim() == flow.names | {"outcome": "claimed"}
    planned = flow.names | {"outcome": "run", "key_ranges": [0]}
    assert flow.plan() == flow.plan() == planned
    assert (flow.job.phase, flow.job.progress.records_total) == ("delete", 5)
    deleted = flow.delete()
    assert deleted == flow.delete() == flow.names | {"outcome": "done"}
    assert (flow.job.progress.percent, flow.job.counts.deleted) == (99, 5)
    assert flow.finish(deleted)["outcome"] == "completed"
    assert flow.finish(deleted)["outcome"] == "stale"
    job = flow.job
    assert (job.status, job.phase, job.progress.percent) == ("COMPLETED", "finish", 100)
    assert (job.progress.records_done, job.counts.deleted, job.counts.skipped) == (5, 5, 0)
    assert flow.skus() == []
    assert flow.holder() is None


def test_a_second_execution_ends_quietly(flow: Flow) -> None:
    flow.claim()
    assert flow.claim("two") == {"outcome": "ignored"}
    assert flow.fail("two", caught=CAUGHT) == {"outcome": "ignored"}
    assert flow.job.status == "PROCESSING"


def test_another_jobs_turn_is_waited_for_longer_and_longer(flow: Flow, settings: Settings) -> None:
    other = Flow(settings, ALL)
    other.claim()
    with connect(settings, "test") as connection:
        assert take_lease(connection, other.job_id)
    flow.claim()
    event: Event = {}
    waits = []
    for _ in range(7):
        event = flow.plan(**event)
        assert event["outcome"] == "wait"
        waits.append(event["wait_seconds"])
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    # What is planned is what is there when the turn comes.
    flow.execute("DELETE FROM products WHERE sku = 'S-0'")
    with connect(settings, "test") as connection:
        release_lease(connection, other.job_id)
    assert flow.plan(**event)["outcome"] == "run"
    assert flow.job.progress.records_total == 4


def test_other_products_than_expected_end_the_job_before_anything_is_deleted(
    settings: Settings,
) -> None:
    flow = Flow(settings, by_filter(active=False), expected_count=3)
    flow.claim()
    refused = flow.plan()
    assert (refused["outcome"], refused["error"]["code"]) == ("failed", "count_mismatch")
    flow.fail(**refused)
    assert (flow.job.status, flow.job.counts.deleted) == ("FAILED", 0)
    assert flow.holder() is None
    assert len(flow.skus()) == 5

    flow.execute("UPDATE products SET active = false WHERE sku = 'S-2'")
    flow.execute("INSERT INTO document_backlog SELECT id / 4096 FROM products")
    changes.retry(flow.store, flow.job_id, NOW)
    flow.names["attempt"] = 2
    flow.claim("two", attempt=2)
    assert flow.plan()["outcome"] == "run"


@pytest.fixture
def half(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Flow:
    """A bulk delete of which one of two key ranges is deleted."""
    monkeypatch.setattr("chalicelib.products.batches.plan.BATCHES_PER_KEY_RANGE", 1)
    with connect(flow.settings, "test") as connection:
        ledger.plan_batches(connection, flow.job_id, Deletion(ALL).find(), batch_products=3)
    flow.claim()
    assert flow.plan()["key_ranges"] == [0, 1]
    flow.delete(0)
    return flow


def test_a_cancel_is_heard_and_what_was_deleted_is_counted(half: Flow) -> None:
    changes.request_cancel(half.store, half.job_id, NOW)
    cancelled = half.delete(1)
    assert cancelled["outcome"] == "cancelled"
    assert half.finish(cancelled)["outcome"] == "cancelled"
    assert half.fail(**cancelled)["outcome"] == "cancelled"
    assert half.fail(**cancelled)["outcome"] == "cancelled"
    job = half.job
    assert (job.status, job.error, job.counts.deleted) == ("CANCELLED", None, 3)
    assert len(half.skus()) == 2
    assert half.holder() is None


def test_the_end_has_the_exact_counts_though_no_worker_reported_them(half: Flow) -> None:
    with connect(half.settings, "test") as connection:
        run_batch(connection, 1, Deletion(ALL), Journal(half.job_id))
    assert half.job.counts.deleted == 3
    half.fail(outcome="run", caught=CAUGHT)
    assert (half.job.status, half.job.counts.deleted) == ("FAILED", 5)


def test_one_whose_execution_was_stopped_ends_and_a_late_event_does_no_harm(half: Flow) -> None:
    event = make_execution_end("one", "ABORTED", half.names)
    assert steps.fail_batch_job(event, None)["outcome"] == "failed"
    assert (half.job.status, half.job.counts.deleted) == ("FAILED", 3)
    assert half.holder() is None
    changes.retry(half.store, half.job_id, NOW)
    assert steps.fail_batch_job(event, None) == {"outcome": "ignored"}
    assert half.job.status == "PENDING"


def test_retry_of_a_failed_delete_resumes_with_what_is_left(half: Flow) -> None:
    half.fail(outcome="run", caught=CAUGHT)
    job = half.job
    assert job.error
    assert job.error["code"] == "internal_error"
    assert "s3cret" not in job.error["message"]
    half.execute("INSERT INTO products (sku, sku_key, name) VALUES ('NEW', 'new', 'New')")
    changes.retry(half.store, half.job_id, NOW)
    assert half.fail(outcome="run", caught=CAUGHT) == {"outcome": "ignored"}
    half.names["attempt"] = 2
    half.claim("two", attempt=2)
    assert half.plan()["key_ranges"] == [1]
    assert half.job.counts.deleted == 3
    assert half.finish(half.delete(1))["outcome"] == "completed"
    assert half.job.counts.deleted == 5
    assert half.skus() == ["NEW"]


def test_delete_whose_claim_failed_can_be_retried(flow: Flow) -> None:
    flow.fail(caught=CAUGHT)
    assert (flow.job.status, flow.job.is_retryable) == ("FAILED", True)


def test_ended_attempt_changes_nothing(half: Flow) -> None:
    half.fail(outcome="run", caught=CAUGHT)
    assert half.delete(1)["outcome"] == "stale"
    assert half.plan()["outcome"] == "stale"
    assert len(half.skus()) == 2


def test_it_is_not_finished_while_batches_are_missing(half: Flow) -> None:
    with pytest.raises(steps.BatchesMissingError):
        half.finish()
    assert half.job.status == "PROCESSING"


@pytest.mark.parametrize("outcome", ["cancelled", "run"])
def test_failure_is_reported_even_when_the_database_is_away(half: Flow, outcome: str) -> None:
    away = half.settings.model_copy(update={"database_port": 1})
    state = half.names | ({"outcome": outcome} if outcome == "cancelled" else {"caught": CAUGHT})
    with pytest.raises(TryAgainError):
        fail.end(state, "one", half.store, away)
    # Not CANCELLED while the number of deleted products is unknown: it can be retried.
    assert (half.job.status, half.job.is_retryable) == ("FAILED", True)
    assert fail.end(state, "one", half.store, half.settings)["outcome"] == "failed"
    assert half.holder() is None


def test_one_that_a_restore_took_away_ends(half: Flow) -> None:
    with connect(half.settings, "test") as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM batch_jobs")
    assert half.fail(caught=CAUGHT)["outcome"] == "failed"
    assert half.job.status == "FAILED"


def test_end_event_without_its_input_is_left_to_the_sweep(half: Flow) -> None:
    state = {"caught": {"Error": "ABORTED"}}  # as in such an event from EventBridge
    assert fail.end(state, "one", half.store, half.settings) == {"outcome": "ignored"}
    assert half.job.status == "PROCESSING"


def test_a_final_status_stands(half: Flow) -> None:
    half.finish(half.delete(1))
    assert half.fail(caught=CAUGHT)["outcome"] == "completed"
