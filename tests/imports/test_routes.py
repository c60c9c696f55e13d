"""The routes of imports, over AWS in memory and a real PostgreSQL: a file is announced."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from chalice.test import HTTPResponse

from chalicelib.bootstrap import services
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.aws import BUCKET
from tests.imports.announced import ETAGS, PARTS, announce, claim, read_import

MiB = 1024**2

_FOUND = ("evidence", "warnings", "estimate")  # of a preview, looked at one by one


def test_created_import_has_a_url_to_put_the_file_to(api: Api) -> None:
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


def test_preview_shows_how_a_file_would_be_imported(api: Api) -> None:
    raw = b"Nr;Title;color\nA;Lamp;red\nB;;blue\n"
    answer = _preview(api, raw, options={"mapping": {"Nr": "sku"}})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    shown = answer.json_body
    missing = {
        "code": "name_missing",
        "field": "name",
        "message": "Name is empty. Every product needs one.",
    }
    lamp = {"sku": "A", "name": "Lamp", "attributes": {"color": "red"}}
    assert {name: shown[name] for name in shown if name not in _FOUND} == {
        "members": [],
        "member": None,
        "sheets": [],
        "sheet": None,
        "encoding": "utf-8",
        "delimiter": ";",
        "header_line": 1,
        "format": None,
        "decimal_mark": None,
        "currency": None,
        "columns": [
            {"header": "Nr", "field": "sku"},
            {"header": "Title", "field": "name"},
            {"header": "color", "field": "attributes"},
        ],
        "records": [
            {
                "line": 2,
                "cells": ["A", "Lamp", "red"],
                "reject": None,
                "skip": None,
                "product": lamp,
            },
            {
                "line": 3,
                "cells": ["B", "", "blue"],
                "reject": missing,
                "skip": None,
                "product": None,
            },
        ],
        "profile": None,
        "error": None,
    }
    assert shown["estimate"]["usd"].startswith("0.000")
    assert shown["estimate"]["minutes"] > 0
    assert shown["evidence"].keys() == {"encoding", "delimiter", "header_line"}
    codes = [warning["code"] for warning in shown["warnings"]]
    assert codes == ["price_column_missing", "many_rejected"]
    assert api.get("/jobs").json_body["items"] == []


def test_preview_of_an_invalid_file_is_a_valid_request(api: Api) -> None:
    answer = _preview(api, b"a,b\n1,2\n")
    assert answer.status_code == 200
    assert answer.json_body["error"]["code"] == "header_incomplete"
    refused = _preview(api, b"sku,name\n", options={"mapping": {"a": "sku", "b": "sku"}})
    assert problem_of(refused) == (422, "invalid_body")
    assert fields_of(refused) == {"options.mapping": "value_error"}


def test_job_has_what_was_requested(api: Api) -> None:
    options = {"delimiter": ";", "mapping": {"Nr": "sku"}, "max_reject_rate": 0.1}
    job = read_import(announce(api, options=options)["job_id"])
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
            {"options.blank.active": "not_a_choice"},
        ),
    ],
)
def test_invalid_import_is_rejected(api: Api, body: Any, fields: dict[str, str]) -> None:
    answer = api.post("/imports", body)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == fields
    assert services().jobs.list_jobs(1, None)[0] == []


def test_repeated_request_returns_the_same_job_with_valid_urls(api: Api) -> None:
    body = {"filename": "c.csv", "size_bytes": 9 * MiB}
    first = api.post("/imports", body, Idempotency_Key="k").json_body
    again = api.post("/imports", body, Idempotency_Key="k").json_body
    assert again["job_id"] == first["job_id"]
    assert [part["part_number"] for part in again["upload"]["parts"]] == [1, 2]
    assert len(boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)["Uploads"]) == 1
    other = api.post("/imports", body | {"size_bytes": 7}, Idempotency_Key="k")
    assert problem_of(other) == (422, "idempotency_key_reused")


def test_request_repeated_after_the_upload_has_no_upload(api: Api) -> None:
    body = {"filename": "c.csv", "size_bytes": 1000}
    job = read_import(api.post("/imports", body, Idempotency_Key="k").json_body["job_id"])
    claim(job)
    again = api.post("/imports", body, Idempotency_Key="k")
    assert again.status_code == 201
    assert again.json_body == {"job_id": job.job_id, "status": "PROCESSING", "upload": None}


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
def test_unknown_import_is_not_found(
    api: Api, method: str, action: str, body: Any, job_id: str
) -> None:
    content = json.dumps(body).encode() if body else b""
    answer = api.send(method, f"/imports/{job_id}/{action}", content)
    assert problem_of(answer) == (404, "job_not_found")


@pytest.mark.parametrize("path", ["/imports", "/imports/x/parts", "/imports/x/cancel"])
def test_unknown_parameters_are_rejected(api: Api, path: str) -> None:
    assert problem_of(api.post(f"{path}?dry_run=1", {})) == (400, "invalid_query")


def test_job_names_its_requester(api: Api) -> None:
    created = api.post("/imports", {"filename": "a.csv", "size_bytes": 1})
    job = api.get(f"/jobs/{created.json_body['job_id']}").json_body
    assert job["requested_by"].keys() == {"caller_id", "name"}
    assert job["requested_by"]["caller_id"].startswith("key_")
