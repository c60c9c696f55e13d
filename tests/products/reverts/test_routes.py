"""POST /jobs/{job_id}/revert and the steps of its job, over AWS in memory and a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.postgres import connect
from chalicelib.products.batches import steps
from chalicelib.products.bulk_delete.job import BulkDeleteCounts
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes import changes
from tests.fakes.api import Api, problem_of
from tests.fakes.jobs import make_bulk_delete, make_export
from tests.fakes.workflow import FakeWorkflow, fake_workflow
from tests.products.reverts.bulk_deleted import begin, delete_all, list_skus, make_api, run

ERROR = {"code": "internal_error", "message": "It failed."}
Event = dict[str, Any]


@pytest.fixture
def api(settings: Settings, fresh: Database) -> Api:
    """The API over a catalogue of three products."""
    return make_api(fresh)


@pytest.fixture
def workflow(api: Api) -> FakeWorkflow:
    return fake_workflow()


@pytest.fixture
def deleted(api: Api, workflow: FakeWorkflow, fresh: Database) -> str:
    """A completed bulk delete of all three products."""
    return delete_all(fresh)


def fail(state: Event) -> None:
    steps.fail_batch_job({"state": state, "execution": "one"}, None)


def execute(settings: Settings, statement: str) -> None:
    with connect(settings, "test") as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_revert_begins_as_a_job_and_brings_the_products_back(
    api: Api, workflow: FakeWorkflow, settings: Settings, deleted: str
) -> None:
    reverted = api.get(f"/jobs/{deleted}").json_body
    assert reverted["links"]["revert"] == f"/jobs/{deleted}/revert"
    assert datetime.fromisoformat(reverted["revertible_until"]) > datetime.now(UTC)
    answer = api.post(f"/jobs/{deleted}/revert", {})
    body, job_id = answer.json_body, answer.json_body["job_id"]
    assert answer.status_code == 202
    assert answer.headers["Location"].endswith(f"jobs/{job_id}")
    assert (body["kind"], body["reverts"], body["on_conflict"]) == ("revert", deleted, "keep")
    assert body["counts"] == {"restored": 0, "deleted": 0, "recreated": 0, "conflicts": 0}
    assert body["links"]["conflicts"] == f"/jobs/{job_id}/conflicts"
    [started] = workflow.started
    assert started["stateMachineArn"].endswith(":RunBatches")
    assert api.get(f"/jobs/{deleted}").json_body["reverted_by"] == job_id

    job = run(job_id)
    assert (job.status, job.progress.records_done) == ("COMPLETED", 3)
    shown = api.get(f"/jobs/{job_id}").json_body
    assert shown["counts"] == {"restored": 0, "deleted": 0, "recreated": 3, "conflicts": 0}
    assert shown["links"]["revert"] == f"/jobs/{job_id}/revert"
    assert list_skus(settings) == ["S-0", "S-1", "S-2"]
    assert api.get(f"/jobs/{job_id}/conflicts").json_body["items"] == []


def test_a_repeated_request_starts_one_revert(
    api: Api, workflow: FakeWorkflow, deleted: str
) -> None:
    path = f"/jobs/{deleted}/revert"
    answers = [api.post(path, {}, Idempotency_Key="k") for _ in range(2)]
    assert len({answer.json_body["job_id"] for answer in answers}) == 1
    again = api.post(path, {"on_conflict": "overwrite"}, Idempotency_Key="k")
    assert problem_of(again) == (422, "idempotency_key_reused")


def test_a_dry_run_counts_and_lists_conflicts_and_writes_nothing(
    api: Api, workflow: FakeWorkflow, settings: Settings, deleted: str
) -> None:
    execute(settings, "INSERT INTO products (sku, sku_key, name) VALUES ('s-1', 's-1', 'Mine')")
    answer = api.post(f"/jobs/{deleted}/revert", {"dry_run": True, "on_conflict": "overwrite"})
    assert answer.status_code == 200
    body = answer.json_body
    assert body["job_id"] == deleted
    assert body["counts"] == {"restored": 0, "deleted": 0, "recreated": 2, "conflicts": 1}
    [conflict] = body["conflicts"]
    assert (conflict["sku"], conflict["reason"]) == ("S-1", "sku_taken")
    assert not conflict["is_overwritten"]
    assert workflow.started == []
    assert api.get(f"/jobs/{deleted}").json_body["reverted_by"] is None
    assert list_skus(settings) == ["s-1"]


def test_conflicts_are_listed_page_by_page(
    api: Api, workflow: FakeWorkflow, settings: Settings, deleted: str
) -> None:
    execute(
        settings,
        "INSERT INTO products (sku, sku_key, name)"
        " SELECT 's-' || n, 's-' || n, 'Mine' FROM generate_series(0, 2) AS n",
    )
    job_id = api.post(f"/jobs/{deleted}/revert", {}).json_body["job_id"]
    assert run(job_id).progress.records_done == 3
    path = f"/jobs/{job_id}/conflicts?limit=2"
    first = api.get(path).json_body
    rest = api.get(f"{path}&cursor={first['next_cursor']}").json_body
    assert [item["sku"] for item in first["items"] + rest["items"]] == ["S-0", "S-1", "S-2"]
    assert rest["next_cursor"] is None
    assert problem_of(api.get(f"/jobs/{deleted}/conflicts")) == (404, "job_not_found")


def test_jobs_that_cannot_be_reverted_say_why(
    api: Api, workflow: FakeWorkflow, settings: Settings, fresh: Database
) -> None:
    now, jobs = datetime.now(UTC), services().jobs
    running, export = make_bulk_delete(now), make_export(now)
    empty = make_bulk_delete(now, status="COMPLETED", finished_at=now)
    for job in (running, replace(export, status="COMPLETED", finished_at=now), empty):
        jobs.create(job)
    old = delete_all(fresh, created_at=now - timedelta(days=31))
    without_journal = delete_all(fresh, counts=replace(empty.counts, deleted=3))
    expected = {
        running.job_id: (409, "job_not_ended"),
        export.job_id: (409, "nothing_to_revert"),
        empty.job_id: (409, "nothing_to_revert"),
        old: (410, "journal_expired"),
        without_journal: (410, "journal_expired"),
        "job_01m85g57s7w6pgg03m8hrxcz85": (404, "job_not_found"),
    }
    for body in ({}, {"dry_run": True}):
        answers = {job_id: api.post(f"/jobs/{job_id}/revert", body) for job_id in expected}
        assert {job_id: problem_of(answer) for job_id, answer in answers.items()} == expected
    assert workflow.started == []
    for job_id in (running.job_id, empty.job_id, old):
        shown = api.get(f"/jobs/{job_id}").json_body
        assert (shown["revertible_until"], "revert" in shown["links"]) == (None, False)


def test_a_failed_job_is_reverted_and_then_not_retried(
    api: Api, workflow: FakeWorkflow, settings: Settings, fresh: Database
) -> None:
    failed = delete_all(fresh, "FAILED", error=ERROR)
    assert "retry" in api.get(f"/jobs/{failed}").json_body["links"]
    job_id = api.post(f"/jobs/{failed}/revert", {}).json_body["job_id"]
    assert run(job_id).status == "COMPLETED"
    assert len(list_skus(settings)) == 3
    assert problem_of(api.post(f"/jobs/{failed}/retry")) == (409, "job_not_retryable")
    assert "retry" not in api.get(f"/jobs/{failed}").json_body["links"]


@pytest.mark.parametrize("more", [{"phase": "delete"}, {"attempt": 2}])
def test_a_failed_job_is_reverted_also_where_its_counts_fell_short(
    api: Api, workflow: FakeWorkflow, settings: Settings, fresh: Database, more: Event
) -> None:
    failed = delete_all(fresh, "FAILED", error=ERROR, counts=BulkDeleteCounts(), **more)
    assert run(api.post(f"/jobs/{failed}/revert", {}).json_body["job_id"]).status == "COMPLETED"
    assert len(list_skus(settings)) == 3


def test_a_journal_that_expires_before_the_plan_fails_the_revert(
    api: Api, workflow: FakeWorkflow, settings: Settings, deleted: str
) -> None:
    job_id = api.post(f"/jobs/{deleted}/revert", {}).json_body["job_id"]
    execute(settings, "DELETE FROM product_changes")
    _, state = begin(job_id)
    assert state["error"]["code"] == "journal_expired"
    fail(state)
    job = api.get(f"/jobs/{job_id}").json_body
    assert (job["status"], job["error"]["code"]) == ("FAILED", "journal_expired")


def test_a_journal_that_expires_after_the_plan_leaves_the_rest_alone(
    api: Api, workflow: FakeWorkflow, settings: Settings, deleted: str
) -> None:
    job_id = api.post(f"/jobs/{deleted}/revert", {}).json_body["job_id"]
    names, planned = begin(job_id)
    assert planned["outcome"] == "run"
    execute(settings, "DELETE FROM product_changes WHERE product_id % 2 = 0")
    failed = steps.run_key_range(names | {"key_range": 0}, None)
    assert failed["error"]["code"] == "journal_expired"
    assert list_skus(settings) == []


def test_a_cancelled_revert_keeps_what_it_did_and_can_be_reverted(
    api: Api, workflow: FakeWorkflow, settings: Settings, deleted: str
) -> None:
    job_id = api.post(f"/jobs/{deleted}/revert", {}).json_body["job_id"]
    names, _ = begin(job_id)
    state = steps.run_key_range(names | {"key_range": 0}, None)
    changes.request_cancel(services().jobs, job_id, datetime.now(UTC))
    assert steps.finish_batch_job(names | {"results": [state]}, None)["outcome"] == "cancelled"
    fail(names | {"outcome": "cancelled"})
    job = api.get(f"/jobs/{job_id}").json_body
    assert (job["status"], job["counts"]["recreated"]) == ("CANCELLED", 3)
    again = api.post(f"/jobs/{job_id}/revert", {}).json_body["job_id"]
    run(again)
    assert api.get(f"/jobs/{again}").json_body["counts"]["deleted"] == 3
    assert list_skus(settings) == []
