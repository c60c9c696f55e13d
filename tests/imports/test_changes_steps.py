"""An import that a webhook follows has a changes file, whichever step runs again."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.imports.steps import finish, handlers
from chalicelib.imports.steps.attempt import open_attempt
from chalicelib.imports.steps.changes_file import assemble, find_pieces
from chalicelib.imports.storage import report_key
from infra.local.postgres import Database
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import BUCKET
from tests.fakes.queues import take_bodies
from tests.fakes.webhooks import make_webhook
from tests.imports.announced import announce, read_import
from tests.imports.executions import execute, map_items, upload
from tests.imports.pipeline import empty
from tests.imports.replaying import read_lines, read_products, replay

FILE = b"sku,name,price\nA,Lamp,1\n,bad,1\nB,Desk,2\nA,Lamp,2\n"


@pytest.fixture
def catalogue(database: Database) -> Iterator[Connection]:
    """A connection to an empty catalogue."""
    with closing(psycopg2.connect(database.dsn)) as opened:
        empty(opened)
        opened.commit()
        opened.autocommit = True
        yield opened


def begin(api: Api, **webhook: Any) -> str:
    """Subscribe a webhook and upload a file; return the import's id."""
    services().webhooks.create(make_webhook(**webhook))
    job_id: str = announce(api, len(FILE))["job_id"]
    upload(job_id, FILE)
    return job_id


def merge(job_id: str) -> dict[str, Any]:
    """Run the steps before the last; return the last one's input."""
    found = services().client("s3").head_object(Bucket=BUCKET, Key=f"uploads/{job_id}")
    described = {"bucket": BUCKET, "key": f"uploads/{job_id}", "etag": found["ETag"]}
    more = {"size": found["ContentLength"], "execution": "arn:of:this"}
    state: dict[str, Any] = handlers.claim_job(described | more, None)
    state |= handlers.inspect_source(state, None)
    state |= {"results": map_items("scan_span", state, "span", state["spans"])}
    state |= handlers.plan_ranges(state, None)
    state |= {"results": map_items("stage_range", state, "range", state["ranges"])}
    state |= handlers.check_stage(state, None)
    merged = map_items("merge_key_range", state, "key_range", state["key_ranges"] * 2)
    return state | {"results": merged}


def list_keys(job_id: str, prefix: str) -> list[str]:
    found = services().client("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/{job_id}/")
    return [entry["Key"] for entry in found.get("Contents", [])]


def list_pieces(job_id: str) -> list[str]:
    return [key for key in list_keys(job_id, "steps") if "/changes/" in key]


def read_file(job_id: str) -> bytes:
    key = report_key(job_id, "changes", "ndjson")
    content: bytes = services().client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return content


def test_completed_import_has_its_file_and_its_event_names_it(
    api: Api, catalogue: Connection
) -> None:
    job_id = begin(api)
    assert execute(job_id) == "completed"
    content = read_file(job_id)
    assert replay({}, read_lines(content)) == read_products(catalogue)
    changes = {"key": f"reports/{job_id}/changes.ndjson", "bytes": len(content), "records": 2}
    [event] = take_bodies("EVENTS")
    assert event["data"]["changes"] == changes
    assert list_pieces(job_id) == []
    answer = api.get(f"/imports/{job_id}/changes", accept="application/x-ndjson")
    assert answer.status_code == 303
    assert urlsplit(str(answer.headers["Location"])).path.endswith(str(changes["key"]))


def test_steps_that_run_again_after_a_lost_answer_give_the_same_file(
    api: Api, catalogue: Connection
) -> None:
    job_id = begin(api)
    state = merge(job_id)
    assert len(list_pieces(job_id)) == 1
    attempt = open_attempt(state, services().jobs)
    with attempt.database("test") as connection:  # and this worker is killed at the end
        finish.close(connection, attempt.work, attempt.planned[1])
        found = find_pieces(connection, job_id)
    assert found
    assemble(attempt.work, found, report_key(job_id, "changes", "ndjson"))
    assert handlers.finish_import(state, None)["outcome"] == "completed"
    content = read_file(job_id)
    assert handlers.finish_import(state, None)["outcome"] == "stale"
    assert read_file(job_id) == content
    assert replay({}, read_lines(content)) == read_products(catalogue)
    assert list_pieces(job_id) == []


@pytest.mark.parametrize("webhook", [{"event_types": ("import.failed",)}, {"enabled": False}])
def test_import_without_a_subscriber_writes_no_piece_and_no_file(
    api: Api, catalogue: Connection, webhook: dict[str, Any]
) -> None:
    job_id = begin(api, **webhook)
    state = merge(job_id)
    assert list_pieces(job_id) == []
    assert handlers.finish_import(state, None)["outcome"] == "completed"
    assert read_import(job_id).changes is None
    [event] = take_bodies("EVENTS")
    assert event["data"]["changes"] is None
    answer = api.get(f"/imports/{job_id}/changes", accept="application/x-ndjson")
    assert problem_of(answer) == (404, "report_not_found")


def test_file_is_there_once_the_import_has_ended(api: Api, catalogue: Connection) -> None:
    job_id = begin(api)
    answer = api.get(f"/imports/{job_id}/changes", accept="application/x-ndjson")
    assert problem_of(answer) == (409, "report_not_ready")
