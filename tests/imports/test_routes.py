"""The routes of imports, over AWS in memory and a real PostgreSQL."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import psycopg2
import pytest
import requests
from chalice.test import HTTPResponse

from app import app
from chalicelib.aws import get_client
from chalicelib.http.sizes import MOST_PAGE_BYTES, measure_text
from chalicelib.imports.records import KEPT_BYTES
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.store import get_job_store
from chalicelib.settings import Settings, get_settings
from infra.local.postgres import Database
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.aws import BUCKET, database_environment, forget_clients, open_account
from tests.fakes.jobs import NOW, as_import, make_job, make_source
from tests.fakes.workflow import FakeWorkflow

MiB = 1024**2
ERROR = {"code": "internal_error", "message": "It broke off."}


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of an account of this one test, for the routes list what is in it."""
    with open_account(monkeypatch, **database_environment(database)):
        yield get_settings()


@pytest.fixture
def api(settings: Settings) -> Api:
    return Api(app)


@pytest.fixture
def workflow(monkeypatch: pytest.MonkeyPatch) -> FakeWorkflow:
    fake = FakeWorkflow()
    monkeypatch.setattr(
        "chalicelib.jobs.workflow.get_client",
        lambda name: fake if name == "stepfunctions" else get_client(name),
    )
    return fake


def _create(api: Api, size_bytes: int = 1000, **more: Any) -> Any:
    answer = api.post("/imports", {"filename": "c.csv", "size_bytes": size_bytes, **more})
    assert answer.status_code == 201
    return answer.json_body


def _keep(**more: Any) -> ImportJob:
    job = make_job(**more)
    get_job_store().create(job)
    return job


def _claim(job: ImportJob, execution: str = "execution-1") -> None:
    get_job_store().claim(job.job_id, execution, make_source(job), NOW)


def _finish(job: ImportJob, status: Any, attempt: int = 1) -> None:
    get_job_store().finish(
        job.job_id,
        attempt,
        status,
        counts=None,
        progress=None,
        error=ERROR if status == "FAILED" else None,
        now=NOW,
    )


def _read(job_id: str) -> ImportJob:
    return as_import(get_job_store().get(job_id))


def _put_parts(created: Any) -> list[dict[str, Any]]:
    upload, parts = created["upload"], []
    for part in upload["parts"]:
        answer = requests.put(part["url"], data=b"x" * min(5 * MiB, 11 * MiB), timeout=10)
        assert answer.status_code == 200
        parts.append({"part_number": part["part_number"], "etag": answer.headers["ETag"]})
    return parts


def test_an_import_begins_with_a_url_to_put_the_file_to(api: Api) -> None:
    answer = api.post("/imports", {"filename": "c.csv", "size_bytes": 5})
    body = answer.json_body
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"jobs/{body['job_id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(body) == {"job_id", "status", "upload"}
    assert set(body["upload"]) == {"method", "url", "headers", "expires_at"}
    assert requests.put(body["upload"]["url"], data=b"a,b,c", timeout=10).status_code == 200
    found = boto3.client("s3").get_object(Bucket=BUCKET, Key=f"uploads/{body['job_id']}")
    assert found["Body"].read() == b"a,b,c"


def _preview(api: Api, raw: bytes, **more: Any) -> HTTPResponse:
    body = {"size_bytes": len(raw), "head": b64encode(raw).decode(), **more}
    return api.post("/imports/preview", body)


def test_a_preview_tells_what_a_file_would_be_imported_as(api: Api) -> None:
    raw = b"Nr;Title;color\nA;Lamp;red\nB;;blue\n"
    answer = _preview(api, raw, options={"mapping": {"Nr": "sku"}})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    missing = {"code": "name_missing", "field": "name", "message": "The name is empty."}
    assert answer.json_body == {
        "encoding": "utf-8",
        "delimiter": ";",
        "columns": [
            {"header": "Nr", "field": "sku"},
            {"header": "Title", "field": "name"},
            {"header": "color", "field": "attributes"},
        ],
        "records": [
            {"line": 2, "cells": ["A", "Lamp", "red"], "reject": None},
            {"line": 3, "cells": ["B", "", "blue"], "reject": missing},
        ],
        "error": None,
    }
    assert api.get("/jobs").json_body["items"] == []


def test_a_bad_file_is_no_bad_request(api: Api) -> None:
    answer = _preview(api, b"a,b\n1,2\n")
    assert answer.status_code == 200
    assert answer.json_body["error"]["code"] == "header_incomplete"
    refused = _preview(api, b"sku,name\n", options={"mapping": {"a": "sku", "b": "sku"}})
    assert problem_of(refused) == (422, "invalid_body")
    assert fields_of(refused) == {"options.mapping": "value_error"}


def test_the_job_of_an_import_is_kept_as_it_was_asked_for(api: Api) -> None:
    options = {"delimiter": ";", "mapping": {"Nr": "sku"}, "max_reject_rate": 0.1}
    job = _read(_create(api, options=options)["job_id"])
    assert (job.status, job.filename, job.size_bytes) == ("PENDING", "c.csv", 1000)
    assert {name: job.options[name] for name in options} == options
    assert job.progress.bytes_total == 1000
    assert job.expires_at is not None
    assert timedelta(minutes=59) < job.expires_at - datetime.now(UTC) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"filename": "required", "size_bytes": "required"}),
        ({"filename": "c.csv", "size_bytes": 0}, {"size_bytes": "value_error"}),
        ({"filename": "a/b", "size_bytes": 1}, {"filename": "value_error"}),
        (
            {"filename": "c", "size_bytes": 1, "options": {"blank": {"active": "clear"}}},
            {"options.blank.active": "literal_error"},
        ),
    ],
)
def test_an_import_that_does_not_fit_is_refused(
    api: Api, body: Any, fields: dict[str, str]
) -> None:
    answer = api.post("/imports", body)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == fields
    assert get_job_store().list_jobs(1, None)[0] == []


def test_a_repeated_request_answers_the_same_job_with_urls_that_work(api: Api) -> None:
    body = {"filename": "c.csv", "size_bytes": 9 * MiB}
    first = api.post("/imports", body, Idempotency_Key="k").json_body
    again = api.post("/imports", body, Idempotency_Key="k").json_body
    assert again["job_id"] == first["job_id"]
    assert [part["part_number"] for part in again["upload"]["parts"]] == [1, 2]
    assert len(boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)["Uploads"]) == 1
    other = api.post("/imports", body | {"size_bytes": 7}, Idempotency_Key="k")
    assert problem_of(other) == (422, "idempotency_key_reused")


def test_a_request_repeated_after_the_upload_has_nothing_to_upload(api: Api) -> None:
    body = {"filename": "c.csv", "size_bytes": 1000}
    job = _read(api.post("/imports", body, Idempotency_Key="k").json_body["job_id"])
    _claim(job)
    again = api.post("/imports", body, Idempotency_Key="k")
    assert again.status_code == 201
    assert again.json_body == {"job_id": job.job_id, "status": "PROCESSING", "upload": None}


def test_a_large_file_is_uploaded_in_parts(api: Api) -> None:
    created = _create(api, 15 * MiB)
    parts = _put_parts(created)
    path = f"/imports/{created['job_id']}/complete"
    first = api.post(path, {"parts": parts[::-1]})
    assert first.status_code == 202
    assert first.json_body["job_id"] == created["job_id"]
    assert first.headers["Location"] == f"../../jobs/{created['job_id']}"
    assert first.headers["Retry-After"] == "2"
    again = api.post(path, {"parts": parts})
    assert (again.status_code, again.json_body) == (202, first.json_body)
    _claim(_read(created["job_id"]))
    assert api.post(path, {"parts": parts}).status_code == 202


def test_the_parts_that_are_uploaded_are_listed_page_by_page(api: Api) -> None:
    created = _create(api, 15 * MiB)
    path = f"/imports/{created['job_id']}/parts"
    sizes = {"part_size": 5 * MiB, "part_count": 3}
    assert api.get(path).json_body == {"items": [], "next_cursor": None, **sizes}
    put = _put_parts(created)
    first = api.get(f"{path}?limit=2").json_body
    cursor = first["next_cursor"]
    rest = api.get(f"{path}?limit=2&cursor={cursor}").json_body
    assert first["items"] + rest["items"] == [part | {"size_bytes": 5 * MiB} for part in put]
    assert (len(first["items"]), rest["next_cursor"]) == (2, None)
    assert api.get(f"{path}?limit=1000").json_body["items"] == first["items"] + rest["items"]
    assert problem_of(api.get(f"{path}?limit=1001")) == (400, "invalid_query")
    rejects = f"/imports/{created['job_id']}/rejects?limit=2&cursor={cursor}"
    assert problem_of(api.get(rejects)) == (400, "invalid_cursor")


def test_parts_are_listed_while_the_upload_is_awaited(api: Api) -> None:
    one_put, cancelled, at_work = _create(api), _create(api, 15 * MiB), _create(api, 15 * MiB)
    api.post(f"/imports/{cancelled['job_id']}/cancel")
    _claim(_read(at_work["job_id"]))
    for created, code in (
        (one_put, "not_multipart"),
        (cancelled, "job_final"),
        (at_work, "upload_over"),
    ):
        assert problem_of(api.get(f"/imports/{created['job_id']}/parts")) == (409, code)


def test_an_upload_that_lacks_parts_is_not_finished(api: Api) -> None:
    created = _create(api, 15 * MiB)
    parts = _put_parts(created)
    answer = api.post(f"/imports/{created['job_id']}/complete", {"parts": parts[:2]})
    assert problem_of(answer) == (422, "parts_missing")
    assert "3." in answer.json_body["detail"]


def test_urls_of_parts_are_signed_anew_and_the_upload_is_awaited_for_longer(api: Api) -> None:
    job_id = _create(api, 15 * MiB)["job_id"]
    store, job = get_job_store(), _read(job_id)
    late = make_job(datetime.now(UTC), job_id=job_id, upload=job.upload, size_bytes=15 * MiB)
    store.replace(job, make_job(job_id=job_id, upload=late.upload, size_bytes=15 * MiB))
    answer = api.post(f"/imports/{job_id}/parts", {"part_numbers": [3, 1]})
    assert answer.status_code == 200
    assert [part["part_number"] for part in answer.json_body["parts"]] == [1, 3]
    query = parse_qs(urlsplit(answer.json_body["parts"][0]["url"]).query)
    assert int(query["X-Amz-Expires"][0]) > 3500
    renewed = _read(job_id).expires_at
    assert renewed is not None
    assert renewed > datetime.now(UTC) + timedelta(minutes=59)


def test_a_part_that_the_file_does_not_have_is_refused(api: Api) -> None:
    job_id = _create(api, 15 * MiB)["job_id"]
    answer = api.post(f"/imports/{job_id}/parts", {"part_numbers": [4]})
    assert problem_of(answer) == (422, "part_unknown")


PARTS = {"part_numbers": [1]}
ETAGS = {"parts": [{"part_number": 1, "etag": "a"}]}


@pytest.mark.parametrize(("action", "body"), [("parts", PARTS), ("complete", ETAGS)])
def test_a_file_of_one_put_has_no_parts(api: Api, action: str, body: Any) -> None:
    job_id = _create(api)["job_id"]
    assert problem_of(api.post(f"/imports/{job_id}/{action}", body)) == (409, "not_multipart")


@pytest.mark.parametrize(("action", "body"), [("parts", PARTS), ("complete", ETAGS)])
def test_the_upload_of_a_job_that_ended_is_over(api: Api, action: str, body: Any) -> None:
    job_id = _create(api, 15 * MiB)["job_id"]
    api.post(f"/imports/{job_id}/cancel")
    assert problem_of(api.post(f"/imports/{job_id}/{action}", body)) == (409, "job_final")


def test_no_part_of_a_job_at_work_is_signed(api: Api) -> None:
    job_id = _create(api, 15 * MiB)["job_id"]
    _claim(_read(job_id))
    assert problem_of(api.post(f"/imports/{job_id}/parts", PARTS)) == (409, "upload_over")


@pytest.mark.parametrize(
    ("method", "action", "body"),
    [
        ("GET", "parts", None),
        ("POST", "parts", PARTS),
        ("POST", "complete", ETAGS),
        ("POST", "cancel", None),
        ("POST", "retry", None),
        ("GET", "rejects", None),
        ("GET", "report", None),
    ],
)
@pytest.mark.parametrize("job_id", ["job_00000000000000000000000000", "nothing"])
def test_an_unknown_import_is_not_found(
    api: Api, method: str, action: str, body: Any, job_id: str
) -> None:
    content = json.dumps(body).encode() if body else b""
    answer = api.send(method, f"/imports/{job_id}/{action}", content)
    assert problem_of(answer) == (404, "job_not_found")


@pytest.mark.parametrize("path", ["/imports", "/imports/x/parts", "/imports/x/cancel"])
def test_unknown_parameters_are_refused(api: Api, path: str) -> None:
    assert problem_of(api.post(f"{path}?dry_run=1", {})) == (400, "invalid_query")


def test_a_pending_import_is_cancelled_at_once_and_its_parts_are_not_kept(api: Api) -> None:
    job_id = _create(api, 15 * MiB)["job_id"]
    for _ in range(2):
        answer = api.post(f"/imports/{job_id}/cancel")
        assert (answer.status_code, answer.json_body["status"]) == (202, "CANCELLED")
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_an_import_at_work_is_asked_to_stop(api: Api) -> None:
    job = _keep()
    _claim(job)
    answer = api.post(f"/imports/{job.job_id}/cancel")
    assert (answer.status_code, answer.json_body["status"]) == (202, "PROCESSING")
    assert answer.json_body["cancel_requested"]
    assert "cancel" in answer.json_body["links"]
    assert _read(job.job_id).cancel_requested


def test_an_import_that_merges_is_not_cancelled(api: Api) -> None:
    job = _keep()
    _claim(job)
    get_job_store().begin_merge(job.job_id, 1)
    assert problem_of(api.post(f"/imports/{job.job_id}/cancel")) == (409, "cancel_too_late")


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED"])
def test_an_import_that_ended_is_not_cancelled(api: Api, status: str) -> None:
    job = _keep()
    _claim(job)
    _finish(job, status)
    assert problem_of(api.post(f"/imports/{job.job_id}/cancel")) == (409, "job_final")
    assert _read(job.job_id).status == status


def test_a_failed_import_is_started_again_with_its_source(api: Api, workflow: FakeWorkflow) -> None:
    job = _keep()
    _claim(job)
    _finish(job, "FAILED")
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert (answer.status_code, answer.json_body["attempt"]) == (202, 2)
    assert answer.json_body["status"] == "PENDING"
    [started] = workflow.started
    assert started["name"] == f"{job.job_id}-2"
    source = {"key": f"uploads/{job.job_id}", "size": 1000, "etag": "abc"}
    assert json.loads(started["input"]) == {
        "detail": {"bucket": {"name": "bucket"}, "object": source}
    }


def test_a_retry_that_broke_off_is_mended_by_asking_again(api: Api, workflow: FakeWorkflow) -> None:
    job = _keep()
    _claim(job)
    _finish(job, "FAILED")
    workflow.breaks = True
    assert problem_of(api.post(f"/imports/{job.job_id}/retry")) == (500, "internal_error")
    assert _read(job.job_id).attempt == 2
    workflow.breaks = False
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert (answer.status_code, answer.json_body["attempt"]) == (202, 2)
    assert [started["name"] for started in workflow.started] == [f"{job.job_id}-2"]


def test_an_execution_that_ended_without_the_job_is_followed_by_another(
    api: Api, workflow: FakeWorkflow
) -> None:
    job = _keep()
    _claim(job)
    _finish(job, "FAILED")
    workflow.taken.add(f"{job.job_id}-2")
    assert api.post(f"/imports/{job.job_id}/retry").status_code == 202
    [started] = workflow.started
    assert started["name"].startswith(f"{job.job_id}-2-")
    assert len(started["name"]) <= 80  # the most of Step Functions


def test_retries_within_one_second_start_what_one_would(api: Api, workflow: FakeWorkflow) -> None:
    job = _keep()
    _claim(job)
    _finish(job, "FAILED")
    now = int(datetime.now(UTC).timestamp())
    workflow.taken |= {f"{job.job_id}-2", *(f"{job.job_id}-2-{now + s}" for s in range(60))}
    assert api.post(f"/imports/{job.job_id}/retry").status_code == 202
    assert workflow.started == []


def test_a_retry_while_the_attempt_is_at_work_is_refused(api: Api, workflow: FakeWorkflow) -> None:
    job = _keep()
    _claim(job)
    _finish(job, "FAILED")
    api.post(f"/imports/{job.job_id}/retry")
    _claim(job, "execution-2")
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert problem_of(answer) == (409, "job_not_retryable")
    assert len(workflow.started) == 1


@pytest.mark.parametrize("status", ["PENDING", "PROCESSING", "COMPLETED", "CANCELLED"])
def test_an_import_that_did_not_fail_is_not_retried(
    api: Api, workflow: FakeWorkflow, status: str
) -> None:
    job = _keep()
    if status != "PENDING":
        _claim(job)
    if status not in ("PENDING", "PROCESSING"):
        _finish(job, status)
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert problem_of(answer) == (409, "job_not_retryable")
    assert status in answer.json_body["detail"]
    assert workflow.started == []


def test_an_import_without_its_file_is_not_retried(api: Api, workflow: FakeWorkflow) -> None:
    job = _keep()
    _finish(job, "FAILED")
    assert problem_of(api.post(f"/imports/{job.job_id}/retry")) == (409, "job_not_retryable")
    assert workflow.started == []


def _reject(database: Database, job: ImportJob, lines: range, record: bytes = b"A-1,Chair") -> None:
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        for line in lines:
            connection.cursor().execute(
                "INSERT INTO import_rejects VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (job.job_id, line, "price_negative", "price", "Below 0.", record, False),
            )


def _rejects(api: Api, job: ImportJob, query: str = "", **headers: str) -> HTTPResponse:
    return api.get(f"/imports/{job.job_id}/rejects{query}", **headers)


def test_rejects_are_read_page_by_page_by_line(api: Api, database: Database) -> None:
    job, other = _keep(), _keep()
    _reject(database, job, range(10, 15))
    _reject(database, other, range(2, 4))
    query, lines = "?limit=2", []
    while query:
        answer = _rejects(api, job, query)
        assert answer.status_code == 200
        lines.append([reject["line"] for reject in answer.json_body["items"]])
        link = answer.headers.get("Link", "")
        query = link.partition(">")[0].removeprefix("<")
    assert lines == [[10, 11], [12, 13], [14]]


def test_a_reject_has_its_reason_and_its_record(api: Api, database: Database) -> None:
    job = _keep()
    _reject(database, job, range(7, 8), 'A-1,"Stuhl, grün",\xff'.encode("latin-1"))
    assert _rejects(api, job).json_body == {
        "items": [
            {
                "line": 7,
                "code": "price_negative",
                "field": "price",
                "message": "Below 0.",
                "record": 'A-1,"Stuhl, gr\ufffdn",\ufffd',
                "truncated": False,
            }
        ],
        "next_cursor": None,
    }


def test_a_page_of_long_rejects_ends_early(api: Api, database: Database) -> None:
    job = _keep()
    _reject(database, job, range(2, 42), b"\x01" * KEPT_BYTES)
    lines: list[int] = []
    pages, query = 0, "?limit=100"
    while query:
        answer = _rejects(api, job, query)
        assert measure_text(answer.body.decode()) < MOST_PAGE_BYTES + 10_000
        lines += [reject["line"] for reject in answer.json_body["items"]]
        cursor, pages = answer.json_body["next_cursor"], pages + 1
        query = f"?limit=100&cursor={cursor}" if cursor else ""
    assert lines == list(range(2, 42))
    assert pages > 1


def test_an_import_may_have_no_rejects(api: Api) -> None:
    assert _rejects(api, _keep()).json_body == {"items": [], "next_cursor": None}


def test_a_cursor_counts_for_its_own_import_alone(api: Api, database: Database) -> None:
    job, other = _keep(), _keep()
    _reject(database, job, range(1, 4))
    cursor = _rejects(api, job, "?limit=1").json_body["next_cursor"]
    answer = _rejects(api, other, f"?cursor={cursor}")
    assert problem_of(answer) == (400, "invalid_cursor")


def _report(job: ImportJob) -> None:
    _claim(job)
    _finish(job, "COMPLETED")
    key = f"reports/{job.job_id}/rejects.csv"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"line,code\r\n")


def test_the_address_of_the_report_is_said_to_those_who_cannot_follow(api: Api) -> None:
    job = _keep()
    _report(job)
    answer = api.get(f"/imports/{job.job_id}/report")
    assert answer.status_code == 200
    assert requests.get(answer.json_body["url"], timeout=10).content == b"line,code\r\n"
    assert datetime.fromisoformat(answer.json_body["expires_at"]) > datetime.now(UTC)


def test_there_is_no_address_of_a_report_before_the_end(api: Api) -> None:
    answer = api.get(f"/imports/{_keep().job_id}/report")
    assert problem_of(answer) == (409, "report_not_ready")


def test_the_report_is_a_file_to_be_fetched_from_s3(api: Api) -> None:
    job = _keep()
    _report(job)
    answer = _rejects(api, job, Accept="text/csv")
    assert (answer.status_code, answer.body) == (303, b"")
    report = requests.get(answer.headers["Location"], timeout=10)
    assert report.content == b"line,code\r\n"
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["response-content-type"] == ["text/csv"]
    assert job.job_id in query["response-content-disposition"][0]


def test_there_is_no_report_before_the_end(api: Api) -> None:
    answer = _rejects(api, _keep(), Accept="text/csv")
    assert problem_of(answer) == (409, "report_not_ready")


def test_an_import_that_left_no_report_says_so(api: Api) -> None:
    job = _keep()
    _finish(job, "FAILED")
    answer = _rejects(api, job, Accept="text/csv")
    assert problem_of(answer) == (404, "report_not_found")


def test_a_database_that_does_not_answer_passes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _keep()
    monkeypatch.setenv("DATABASE_PORT", "1")
    forget_clients()
    answer = _rejects(api, job)
    assert problem_of(answer) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]


def test_a_job_says_who_asked_for_it(api: Api) -> None:
    created = api.post("/imports", {"filename": "a.csv", "size_bytes": 1})
    job = api.get(f"/jobs/{created.json_body['job_id']}").json_body
    assert job["requested_by"].keys() == {"caller_id", "name"}
    assert job["requested_by"]["caller_id"].startswith("key_")
