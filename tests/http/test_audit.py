"""The audit: one line for each request that may change something, without its contents."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app import app
from chalicelib.bootstrap import services
from chalicelib.http.routing import scope_of
from chalicelib.http.scopes import ANY_KEY
from tests.fakes.api import Api
from tests.fakes.aws import open_account
from tests.fakes.keys import TOKEN, keep_key

ROUTES = [(method, path) for path, methods in app.routes.items() for method in methods]
CHANGES = [(method, path) for method, path in ROUTES if method not in ("GET", "HEAD")]
READS = [(method, path) for method, path in ROUTES if method in ("GET", "HEAD")]
SECRET = "zanzibar"  # is in every body


@pytest.fixture(scope="module", autouse=True)
def _account() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, open_account(patch):
        yield


def audited(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.message == "audit"]


def place(path: str) -> str:
    return re.sub(r"\{\w+\}", "x", path)


def test_there_are_routes_that_change_something() -> None:
    assert len(CHANGES) > 15


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_every_change_is_one_line_by_whom_what_on_what_and_its_outcome(
    method: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"name": SECRET, "url": f"https://{SECRET}"}).encode()
    media = "application/merge-patch+json" if method == "PATCH" else "application/json"
    answer = Api(app).send(method, place(path), body, {"Content-Type": media})
    [line] = audited(caplog)
    view = app.routes[path][method].view_function
    assert (line["action"], line["method"], line["route"]) == (view.__name__, method, path)
    assert line["target"] == dict.fromkeys(re.findall(r"{(\w+)}", path), "x")
    assert line["caller_id"] == TOKEN.key_id
    assert line["caller_name"]
    assert line["status"] == answer.status_code
    assert line["outcome"] == ("done", "refused", "failed")[max(0, answer.status_code // 100 - 3)]
    assert (line["code"] is not None) == (answer.status_code >= 400)
    assert line["request_id"]
    assert SECRET not in str(line)


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_change_that_the_caller_may_not_make_is_one_too(
    method: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = keep_key(services().keys)  # with no scope at all
    answer = Api(app, key.text).send(method, place(path), b"{}")
    [line] = audited(caplog)
    assert (line["status"], line["caller_id"]) == (answer.status_code, key.key_id)
    assert scope_of(app.routes[path][method].view_function) == ANY_KEY or (
        line["code"] == "insufficient_scope"
    )


@pytest.mark.parametrize(("method", "path"), READS)
def test_reads_are_none(method: str, path: str, caplog: pytest.LogCaptureFixture) -> None:
    Api(app).send(method, place(path))
    assert audited(caplog) == []


def test_created_resource_is_identified_by_its_location(caplog: pytest.LogCaptureFixture) -> None:
    answer = Api(app).post("/imports", {"filename": f"{SECRET}.csv", "size_bytes": 10})
    job_id = answer.json_body["job_id"]
    [line] = audited(caplog)
    assert (line["action"], line["outcome"], line["status"]) == ("create_import", "done", 201)
    assert line["leads_to"].endswith(f"jobs/{job_id}")
    assert SECRET not in str(line)
