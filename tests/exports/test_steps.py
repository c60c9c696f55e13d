"""The workflow's steps, over AWS in memory and a real PostgreSQL: every one may run twice."""

from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.errors import TryAgainError
from chalicelib.exports import fail, steps
from chalicelib.postgres import connect
from chalicelib.products.lease import release_lease, take_lease
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.exports.flow import Flow, add_products
from tests.fakes import changes
from tests.fakes.jobs import NOW
from tests.fakes.workflow import make_execution_end

CAUGHT = {"Error": "States.TaskFailed", "Cause": "s3cret"}


@pytest.fixture(autouse=True)
def _products(fresh: Database) -> None:
    add_products(fresh, *({"sku": f"S-{n}"} for n in range(5)))


@pytest.fixture
def flow(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flow:
    """An export of 5 products in three ranges."""
    monkeypatch.setattr("chalicelib.exports.selection.plan_ranges.__defaults__", (200, 2))
    return Flow(settings, fields=["sku"])


def test_an_export_goes_from_claim_to_its_end_each_step_twice(flow: Flow) -> None:
    assert flow.claim() == flow.claim() == flow.names | {"outcome": "claimed"}
    flow.plan()
    planned = flow.plan()
    assert (planned["outcome"], planned["ranges"]) == ("export", [0, 1, 2])
    assert (flow.job.phase, flow.job.progress.records_total) == ("plan", 5)
    flow.export(planned, 1)
    results = [flow.export(planned, number) for number in planned["ranges"]]
    assert [result["products"] for result in results] == [2, 2, 1]
    assert (flow.job.phase, flow.job.counts.exported) == ("export", 5)
    assert (flow.job.progress.records_done, flow.job.progress.percent) == (5, 95)
    assert flow.finish(planned, *results)["outcome"] == "completed"
    assert flow.finish(planned, *results)["outcome"] == "stale"
    job = flow.job
    assert (job.status, job.phase, job.progress.percent) == ("COMPLETED", "finish", 100)
    assert (job.counts.exported, job.progress.records_total) == (5, 5)
    ids = [f"S-{n},{n + 1}" for n in range(5)]
    assert flow.read().splitlines() == ["sku,product_importer_id", *ids]
    assert flow.holder() is None


def test_pieces_of_the_file_are_deleted_at_the_end(flow: Flow) -> None:
    flow.run()
    assert [name for name in flow.pieces() if "plan" not in name] == []


def test_a_late_worker_does_not_change_the_file(flow: Flow) -> None:
    flow.claim()
    planned = flow.plan()
    results = [flow.export(planned, number) for number in planned["ranges"]]
    flow.execute("UPDATE products SET sku = 'X' || sku, sku_key = 'x' || sku_key")
    flow.export(planned, 0)
    flow.plan()
    flow.finish(planned, *results)
    assert flow.read().splitlines()[1:] == [f"S-{n},{n + 1}" for n in range(5)]


def test_a_second_execution_ends_quietly(flow: Flow) -> None:
    flow.claim()
    assert flow.claim("two") == {"outcome": "ignored"}
    assert flow.fail("two", caught=CAUGHT) == {"outcome": "ignored"}
    assert flow.job.status == "PROCESSING"


def test_an_export_waits_for_its_turn_and_shows_what_is_there_then(
    flow: Flow, settings: Settings
) -> None:
    other = Flow(settings)
    other.claim()
    with connect(settings, "test") as connection:
        assert take_lease(connection, other.job_id)
    flow.claim()
    waits, event = [], dict[str, Any]()
    for _ in range(7):
        event = flow.plan(**event)
        assert event["outcome"] == "wait"
        waits.append(event["wait_seconds"])
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    flow.execute("DELETE FROM products WHERE sku = 'S-0'")
    with connect(settings, "test") as connection:
        release_lease(connection, other.job_id)
    assert flow.plan(**event)["outcome"] == "export"
    assert flow.job.progress.records_total == 4


def test_products_edited_since_the_plan_are_as_they_are_now(settings: Settings) -> None:
    flow = Flow(settings, fields=["sku"], filter={"active": True})
    flow.claim()
    planned = flow.plan()
    flow.execute("UPDATE products SET active = false WHERE sku = 'S-1'")
    flow.execute("DELETE FROM products WHERE sku = 'S-2'")
    flow.execute("INSERT INTO document_backlog SELECT id / 4096 FROM products")
    flow.finish(planned, flow.export(planned))
    assert flow.read().splitlines()[1:] == ["S-0,1", "S-3,4", "S-4,5"]
    assert (flow.job.counts.exported, flow.job.progress.records_total) == (3, 3)


def test_a_cancel_takes_effect_before_the_next_range(flow: Flow) -> None:
    flow.claim()
    planned = flow.plan()
    flow.export(planned, 0)
    changes.request_cancel(flow.store, flow.job_id, NOW)
    cancelled = flow.export(planned, 1)
    assert cancelled["outcome"] == "cancelled"
    assert flow.finish(planned, cancelled)["outcome"] == "cancelled"
    assert flow.fail(**cancelled)["outcome"] == "cancelled"
    assert flow.fail(**cancelled)["outcome"] == "cancelled"
    assert (flow.job.status, flow.job.error, flow.job.file) == ("CANCELLED", None, None)
    assert flow.holder() is None


def test_a_worker_without_the_lease_writes_nothing(flow: Flow, settings: Settings) -> None:
    flow.claim()
    planned = flow.plan()
    with connect(settings, "test") as connection:
        release_lease(connection, flow.job_id)
    with pytest.raises(TryAgainError):
        flow.export(planned, 0)
    assert flow.job.counts.exported == 0
    assert not any("range" in name for name in flow.pieces())


def test_retry_exports_the_catalogue_as_it_is_then(flow: Flow) -> None:
    flow.claim()
    planned = flow.plan()
    flow.export(planned, 0)
    flow.fail(outcome="export", caught=CAUGHT)
    job = flow.job
    assert job.error
    assert (job.status, job.error["code"]) == ("FAILED", "internal_error")
    assert "s3cret" not in job.error["message"]
    assert flow.holder() is None
    flow.execute("DELETE FROM products WHERE sku <> 'S-4'")
    changes.retry(flow.store, flow.job_id, NOW)
    flow.names["attempt"] = 2
    flow.claim("two", attempt=2)
    planned = flow.plan()
    assert flow.finish(planned, flow.export(planned))["outcome"] == "completed"
    assert flow.read().splitlines()[1:] == ["S-4,5"]
    assert flow.job.counts.exported == 1


def test_ended_attempt_does_nothing(flow: Flow) -> None:
    flow.claim()
    planned = flow.plan()
    flow.fail(outcome="export", caught=CAUGHT)
    for result in (flow.plan(), flow.export(planned), flow.finish(planned)):
        assert result["outcome"] == "stale"


def test_one_whose_execution_was_stopped_ends_and_a_late_event_does_no_harm(flow: Flow) -> None:
    flow.claim()
    flow.plan()
    event = make_execution_end("one", "ABORTED", flow.names)
    assert steps.fail_export(event, None)["outcome"] == "failed"
    assert flow.holder() is None
    changes.retry(flow.store, flow.job_id, NOW)
    assert steps.fail_export(event, None) == {"outcome": "ignored"}
    assert flow.job.status == "PENDING"


def test_export_whose_claim_failed_can_be_retried(flow: Flow) -> None:
    flow.fail(caught=CAUGHT)
    assert (flow.job.status, flow.job.is_retryable) == ("FAILED", True)


def test_failure_is_reported_even_when_the_database_is_away(flow: Flow) -> None:
    flow.claim()
    flow.plan()
    away = flow.settings.model_copy(update={"database_port": 1})
    state = flow.names | {"outcome": "cancelled"}
    with pytest.raises(TryAgainError):
        fail.end(state, "one", flow.store, away)
    assert flow.job.status == "CANCELLED"
    assert fail.end(state, "one", flow.store, flow.settings)["outcome"] == "cancelled"
    assert flow.holder() is None


def test_large_pieces_are_joined_inside_s3(
    settings: Settings, fresh: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.exports.selection.plan_ranges.__defaults__", (200, 7))
    long = {"description": "x" * 1_000_000}
    add_products(fresh, *({"sku": f"L-{n}", **long} for n in range(20)))
    copied: list[str] = []
    client = services().client("s3")
    client.meta.events.register(
        "before-call.s3.UploadPartCopy", lambda **_: copied.append("copied"), unique_id="test"
    )
    text = Flow(settings, fields=["sku", "description"]).run()
    client.meta.events.unregister("before-call.s3.UploadPartCopy", unique_id="test")
    assert copied
    assert text.count("x" * 1_000_000) == 20
    assert [line.partition(",")[0] for line in text.splitlines()[6:]] == [
        f"L-{n}" for n in range(20)
    ]
