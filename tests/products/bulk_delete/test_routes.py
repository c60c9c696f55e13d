"""POST /products/bulk-delete, and what may be asked of its job, over AWS in memory."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from app import app
from chalicelib.bootstrap import services
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes import changes
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import NOW, make_job
from tests.fakes.keys import keep_key
from tests.fakes.workflow import FakeWorkflow, fake_workflow
from tests.products.bulk_delete.deletion import add_products

ROUTE = "/products/bulk-delete"
ERROR = {"code": "internal_error", "message": "It failed."}


@pytest.fixture
def api(settings: Settings, fresh: Database) -> Api:
    """The API over a catalogue of three products."""
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection:
        add_products(connection, [(f"S-{n}", "Lamp", n, n > 0) for n in range(3)])
    return Api(app)


@pytest.fixture
def workflow(api: Api) -> FakeWorkflow:
    return fake_workflow()


def begin(api: Api, **body: Any) -> BulkDeleteJob:
    answer = api.post(ROUTE, {"all": True, **body})
    assert answer.status_code == 202
    return read(answer.json_body["job_id"])


def read(job_id: str) -> BulkDeleteJob:
    found = services().jobs.get(job_id)
    assert isinstance(found, BulkDeleteJob)
    return found


def test_a_bulk_delete_begins_as_a_job_with_a_workflow(api: Api, workflow: FakeWorkflow) -> None:
    answer = api.post(ROUTE, {"filter": {"active": True}, "expected_count": 2})
    assert answer.status_code == 202
    body = answer.json_body
    job_id = body["job_id"]
    assert answer.headers["Location"] == f"../jobs/{job_id}"
    assert answer.headers["Retry-After"] == "2"
    assert body["kind"] == "bulk_delete"
    assert body["status"] == "PENDING"
    assert body["selection"] == {"filter": {"active": True}}
    assert body["expected_count"] == 2
    assert body["counts"] == {"deleted": 0, "skipped": 0}
    assert body["links"] == {"self": f"/jobs/{job_id}", "cancel": f"/jobs/{job_id}/cancel"}
    assert "filename" not in body
    [started] = workflow.started
    assert started["name"] == f"{job_id}-1"
    assert started["stateMachineArn"].endswith(":RunBatches")
    assert json.loads(started["input"]) == {"job_id": job_id, "attempt": 1}
    assert api.get(f"/jobs/{job_id}").json_body == body


def test_a_dry_run_only_counts(api: Api, workflow: FakeWorkflow) -> None:
    answer = api.post(ROUTE, {"skus": ["s-1", "S-2", "T"], "dry_run": True})
    assert (answer.status_code, answer.json_body["count"]) == (200, 2)
    until = datetime.fromisoformat(answer.json_body["revertible_until"])
    assert timedelta(days=29) < until - datetime.now(UTC) <= timedelta(days=30)
    assert workflow.started == []
    assert api.get("/jobs").json_body["items"] == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_count_that_differs_from_the_expected_one_is_reported(
    api: Api, workflow: FakeWorkflow, *, dry_run: bool
) -> None:
    answer = api.post(ROUTE, {"all": True, "expected_count": 4, "dry_run": dry_run})
    assert problem_of(answer) == (409, "count_mismatch")
    assert answer.json_body["count"] == 3
    assert workflow.started == []


def test_a_body_that_does_not_fit_is_refused(api: Api) -> None:
    answer = api.post(ROUTE, {"filter": {"price[gte]": "cheap"}})
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"filter.price[gte]": "not_decimal"}
    assert problem_of(api.post(f"{ROUTE}?dry_run=1", {"all": True})) == (400, "invalid_query")


def test_a_repeated_request_is_one_job_and_starts_what_did_not_start(
    api: Api, workflow: FakeWorkflow
) -> None:
    workflow.breaks = True
    body = {"all": True, "expected_count": 3}
    assert api.post(ROUTE, body, Idempotency_Key="k").status_code == 500
    workflow.breaks = False
    first = api.post(ROUTE, body, Idempotency_Key="k").json_body["job_id"]
    assert [started["name"] for started in workflow.started] == [f"{first}-1"]
    assert len(api.get("/jobs?kind=bulk_delete").json_body["items"]) == 1
    changes.claim(services().jobs, first, "execution", None, NOW)
    again = api.post(ROUTE, body, Idempotency_Key="k")
    assert (again.status_code, again.json_body["job_id"]) == (202, first)
    assert len(workflow.started) == 1
    refused = api.post(ROUTE, {"all": True}, Idempotency_Key="k")
    assert problem_of(refused) == (422, "idempotency_key_reused")


def test_one_that_has_not_begun_is_cancelled_at_once(api: Api, workflow: FakeWorkflow) -> None:
    job = begin(api)
    for _ in range(2):
        answer = api.post(f"/jobs/{job.job_id}/cancel")
        assert (answer.status_code, answer.json_body["status"]) == (202, "CANCELLED")
    assert changes.claim(services().jobs, job.job_id, "execution", None, NOW).outcome == "taken"
    assert len(workflow.started) == 1


def test_cancel_of_a_running_delete_is_requested(api: Api, workflow: FakeWorkflow) -> None:
    job = begin(api)
    changes.claim(services().jobs, job.job_id, "execution", None, NOW)
    changes.advance(services().jobs, job.job_id, 1, "delete", None, {"deleted": 2})
    answer = api.post(f"/jobs/{job.job_id}/cancel")
    assert (answer.status_code, answer.json_body["status"]) == (202, "PROCESSING")
    assert read(job.job_id).cancel_requested


def test_failed_delete_can_be_retried_and_cancelled_before_it_restarts(
    api: Api, workflow: FakeWorkflow
) -> None:
    job, store = begin(api), services().jobs
    changes.claim(store, job.job_id, "execution", None, NOW)
    refused = api.post(f"/jobs/{job.job_id}/retry")
    assert problem_of(refused) == (409, "job_not_retryable")
    changes.finish(store, job.job_id, 1, "FAILED", error=ERROR, now=NOW)
    assert api.get(f"/jobs/{job.job_id}").json_body["links"]["retry"].endswith("/retry")
    answer = api.post(f"/jobs/{job.job_id}/retry")
    assert (answer.status_code, answer.json_body["attempt"]) == (202, 2)
    cancelled = api.post(f"/jobs/{job.job_id}/cancel")
    assert (cancelled.status_code, cancelled.json_body["status"]) == (202, "PENDING")
    names = [started["name"] for started in workflow.started]
    # The workflow ends it, for it may have deleted something: it is started whether it was or not.
    assert names == [f"{job.job_id}-1", f"{job.job_id}-2", f"{job.job_id}-2"]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("cancel", None),
        ("retry", None),
        ("parts", {"part_numbers": [1]}),
        ("complete", {"parts": [{"part_number": 1, "etag": "a"}]}),
    ],
)
def test_bulk_delete_is_not_an_import(
    api: Api, workflow: FakeWorkflow, action: str, body: Any
) -> None:
    job = begin(api)
    answer = api.post(f"/imports/{job.job_id}/{action}", body)
    assert problem_of(answer) == (404, "job_not_found")


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_an_unknown_job_is_not_found(api: Api, action: str) -> None:
    assert problem_of(api.post(f"/jobs/nothing/{action}")) == (404, "job_not_found")
    assert problem_of(api.post(f"/jobs/nothing/{action}?x=1")) == (400, "invalid_query")


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_key_without_products_write_cannot_cancel_or_retry_a_bulk_delete(
    api: Api, workflow: FakeWorkflow, action: str
) -> None:
    job = begin(api)
    other = Api(app, keep_key(services().keys, "products:read", "imports:write").text)
    answer = other.post(f"/jobs/{job.job_id}/{action}")
    assert problem_of(answer) == (403, "insufficient_scope")
    assert "products:write" in answer.json_body["detail"]
    assert problem_of(other.post(ROUTE, {"all": True})) == (403, "insufficient_scope")


def test_key_with_imports_write_can_cancel_an_import(api: Api) -> None:
    job = make_job()
    services().jobs.create(job)
    deleting = Api(app, keep_key(services().keys, "products:write").text)
    assert problem_of(deleting.post(f"/jobs/{job.job_id}/cancel")) == (403, "insufficient_scope")
    importing = Api(app, keep_key(services().keys, "imports:write").text)
    answer = importing.post(f"/jobs/{job.job_id}/cancel")
    assert (answer.status_code, answer.json_body["status"]) == (202, "CANCELLED")
