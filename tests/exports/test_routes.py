"""POST /exports, the download, and what may be asked of the job, over AWS in memory."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app import app
from chalicelib.bootstrap import services
from chalicelib.exports.finish import file_key
from chalicelib.settings import Settings
from tests.exports.flow import Flow
from tests.fakes import changes
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import NOW
from tests.fakes.keys import keep_key
from tests.fakes.workflow import FakeWorkflow, fake_workflow

ROUTE = "/exports"


@pytest.fixture
def api(settings: Settings) -> Api:
    return Api(app)


@pytest.fixture
def workflow(api: Api) -> FakeWorkflow:
    return fake_workflow()


def test_an_export_begins_as_a_job_with_a_workflow(api: Api, workflow: FakeWorkflow) -> None:
    answer = api.post(ROUTE, {"filter": {"price[gte]": "1.50"}, "format": "csv.gz"})
    assert answer.status_code == 202
    body = answer.json_body
    job_id = body["job_id"]
    assert answer.headers["Location"] == f"jobs/{job_id}"
    assert (body["kind"], body["status"], body["file"]) == ("export", "PENDING", None)
    assert body["request"] == {
        "filter": {"price[gte]": "1.50"},
        "changed_since": None,
        "fields": None,
        "format": "csv.gz",
        "layout": "product_importer",
        "escape_formulas": False,
    }
    assert body["links"] == {
        "self": f"/jobs/{job_id}",
        "file": f"/exports/{job_id}/file",
        "cancel": f"/jobs/{job_id}/cancel",
    }
    [started] = workflow.started
    assert started["stateMachineArn"].endswith(":ExportProducts")
    assert json.loads(started["input"]) == {"job_id": job_id, "attempt": 1}
    assert api.get(f"/jobs/{job_id}").json_body == body


def test_a_repeated_request_is_one_job(api: Api, workflow: FakeWorkflow) -> None:
    workflow.breaks = True
    assert api.post(ROUTE, {}, Idempotency_Key="k").status_code == 500
    workflow.breaks = False
    first = api.post(ROUTE, {}, Idempotency_Key="k").json_body["job_id"]
    assert api.post(ROUTE, {}, Idempotency_Key="k").json_body["job_id"] == first
    assert len(api.get("/jobs?kind=export").json_body["items"]) == 1
    other = api.post(ROUTE, {"format": "jsonl"}, Idempotency_Key="k")
    assert problem_of(other) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filter": {"price[gte]": "cheap"}}, "filter.price[gte]"),
        ({"filter": {"colour": "red"}}, "filter.colour"),
        ({"changed_since": "2026-01-01"}, "changed_since"),
        ({"fields": []}, "fields"),
        ({"fields": ["colour"]}, "fields.0"),
        ({"fields": ["attributes."]}, "fields.0"),
        ({"fields": ["sku", "sku"]}, ""),
        ({"fields": ["id"]}, ""),
        ({"fields": [f"attributes.{n:03}{'ü' * 250}" for n in range(200)]}, ""),
        ({"format": "pdf"}, "format"),
        ({"format": "jsonl", "escape_formulas": True}, ""),
        ({"format": "xlsx", "escape_formulas": True}, ""),
        ({"columns": ["sku"]}, "columns"),
        ({"layout": "amazon"}, "layout"),
        ({"layout": "shopify", "format": "jsonl"}, ""),
        ({"layout": "shopify", "fields": ["sku"]}, ""),
    ],
)
def test_a_body_that_does_not_fit_is_refused(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.post(ROUTE, body)
    assert problem_of(answer) == (422, "invalid_body")
    assert list(fields_of(answer)) == [field]


def test_the_finished_file_is_downloaded_under_its_name(api: Api, settings: Settings) -> None:
    flow = Flow(settings, format="csv.gz")
    path = f"/exports/{flow.job_id}/file"
    early = api.get(path)
    assert (problem_of(early), early.headers["Retry-After"]) == ((409, "file_not_ready"), "5")
    flow.run()
    answer = api.get(path)
    assert answer.status_code == 303
    url = urlsplit(answer.headers["Location"])
    assert url.path.endswith(file_key(flow.job_id))
    [disposition] = parse_qs(url.query)["response-content-disposition"]
    assert disposition == 'attachment; filename="products-2026-03-01-120000.csv.gz"'
    shown = api.get(f"/jobs/{flow.job_id}").json_body
    signed = api.get(path, Accept="application/json")
    assert signed.status_code == 200
    assert signed.json_body.keys() == {"filename", "size_bytes", "url", "expires_at"}
    assert {name: signed.json_body[name] for name in shown["file"]} == shown["file"]
    assert urlsplit(signed.json_body["url"]).path == url.path
    left = datetime.fromisoformat(signed.json_body["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)
    assert shown["file"]["filename"] == "products-2026-03-01-120000.csv.gz"
    client = services().client("s3")
    head = client.head_object(Bucket=settings.bucket, Key=file_key(flow.job_id))
    assert shown["file"]["size_bytes"] == head["ContentLength"]
    assert head["ContentType"] == "application/gzip"
    client.delete_object(Bucket=settings.bucket, Key=file_key(flow.job_id))
    assert problem_of(api.get(path)) == (404, "file_not_found")


def test_an_unknown_export_is_not_found(api: Api, workflow: FakeWorkflow) -> None:
    assert problem_of(api.get("/exports/nothing/file")) == (404, "job_not_found")
    job_id = api.post("/products/bulk-delete", {"all": True}).json_body.get("job_id", "nothing")
    assert problem_of(api.get(f"/exports/{job_id}/file")) == (404, "job_not_found")


def test_products_read_is_enough_and_needed(api: Api, workflow: FakeWorkflow) -> None:
    reader = Api(app, keep_key(services().keys, "products:read").text)
    job_id = reader.post(ROUTE, {}).json_body["job_id"]
    assert problem_of(reader.get(f"/exports/{job_id}/file")) == (409, "file_not_ready")
    other = Api(app, keep_key(services().keys, "products:write", "imports:write").text)
    for answer in (
        other.post(ROUTE, {}),
        other.get(f"/exports/{job_id}/file"),
        other.post(f"/jobs/{job_id}/cancel"),
    ):
        assert problem_of(answer) == (403, "insufficient_scope")
    cancelled = reader.post(f"/jobs/{job_id}/cancel")
    assert (cancelled.status_code, cancelled.json_body["status"]) == (202, "CANCELLED")


def test_failed_export_can_be_retried(api: Api, workflow: FakeWorkflow) -> None:
    job_id, store = api.post(ROUTE, {}).json_body["job_id"], services().jobs
    changes.claim(store, job_id, "execution", None, NOW)
    error = {"code": "internal_error", "message": "It failed."}
    changes.finish(store, job_id, 1, "FAILED", error=error, now=NOW)
    assert problem_of(api.get(f"/exports/{job_id}/file")) == (409, "file_not_ready")
    answer = api.post(f"/jobs/{job_id}/retry")
    assert (answer.status_code, answer.json_body["attempt"]) == (202, 2)
    assert [started["name"] for started in workflow.started] == [f"{job_id}-1", f"{job_id}-2"]
