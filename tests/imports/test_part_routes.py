"""Multipart uploads: listing, signing and completing parts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from chalicelib.bootstrap import services
from chalicelib.http.paging import make_cursor
from chalicelib.imports.api.part_requests import PartsPaging
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import make_job
from tests.imports.announced import ETAGS, PARTS, announce, claim, read_import

MiB = 1024**2


def _put_parts(created: Any) -> list[dict[str, Any]]:
    upload, parts = created["upload"], []
    for part in upload["parts"]:
        answer = requests.put(part["url"], data=b"x" * min(5 * MiB, 11 * MiB), timeout=10)
        assert answer.status_code == 200
        parts.append({"part_number": part["part_number"], "etag": answer.headers["ETag"]})
    return parts


def test_a_large_file_is_uploaded_in_parts(api: Api) -> None:
    created = announce(api, 15 * MiB)
    parts = _put_parts(created)
    path = f"/imports/{created['job_id']}/complete"
    first = api.post(path, {"parts": parts[::-1]})
    assert first.status_code == 202
    assert first.json_body["job_id"] == created["job_id"]
    assert first.headers["Location"] == f"../../jobs/{created['job_id']}"
    assert first.headers["Retry-After"] == "2"
    again = api.post(path, {"parts": parts})
    assert (again.status_code, again.json_body) == (202, first.json_body)
    claim(read_import(created["job_id"]))
    assert api.post(path, {"parts": parts}).status_code == 202


def test_uploaded_parts_are_listed_in_pages(api: Api) -> None:
    created = announce(api, 15 * MiB)
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


@pytest.mark.parametrize("position", [0, -1, 10_001, 2**63, "1", 1.5, None])
def test_unknown_cursor_of_parts_is_rejected(api: Api, position: object) -> None:
    path = f"/imports/{announce(api, 15 * MiB)['job_id']}/parts"
    forged = make_cursor(PartsPaging(), path.removeprefix("/imports/"), position)
    answer = api.get(f"{path}?cursor={forged}")
    assert problem_of(answer) == (400, "invalid_cursor")
    assert fields_of(answer) == {"cursor": "invalid_cursor"}


def test_parts_are_listed_until_the_upload_ends(api: Api) -> None:
    one_put, cancelled, running = announce(api), announce(api, 15 * MiB), announce(api, 15 * MiB)
    api.post(f"/imports/{cancelled['job_id']}/cancel")
    claim(read_import(running["job_id"]))
    for created, code in (
        (one_put, "not_multipart"),
        (cancelled, "job_final"),
        (running, "upload_over"),
    ):
        assert problem_of(api.get(f"/imports/{created['job_id']}/parts")) == (409, code)


def test_upload_with_missing_parts_is_not_completed(api: Api) -> None:
    created = announce(api, 15 * MiB)
    parts = _put_parts(created)
    answer = api.post(f"/imports/{created['job_id']}/complete", {"parts": parts[:2]})
    assert problem_of(answer) == (422, "parts_missing")
    assert "3." in answer.json_body["detail"]


def test_signing_parts_again_extends_the_upload_deadline(api: Api) -> None:
    job_id = announce(api, 15 * MiB)["job_id"]
    store, job = services().jobs, read_import(job_id)
    late = make_job(datetime.now(UTC), job_id=job_id, upload=job.upload, size_bytes=15 * MiB)
    store.replace(job, make_job(job_id=job_id, upload=late.upload, size_bytes=15 * MiB))
    answer = api.post(f"/imports/{job_id}/parts", {"part_numbers": [3, 1]})
    assert answer.status_code == 200
    assert [part["part_number"] for part in answer.json_body["parts"]] == [1, 3]
    query = parse_qs(urlsplit(answer.json_body["parts"][0]["url"]).query)
    assert int(query["X-Amz-Expires"][0]) > 3500
    renewed = read_import(job_id).expires_at
    assert renewed is not None
    assert renewed > datetime.now(UTC) + timedelta(minutes=59)


def test_part_that_does_not_exist_is_rejected(api: Api) -> None:
    job_id = announce(api, 15 * MiB)["job_id"]
    answer = api.post(f"/imports/{job_id}/parts", {"part_numbers": [4]})
    assert problem_of(answer) == (422, "part_unknown")


@pytest.mark.parametrize(("action", "body"), [("parts", PARTS), ("complete", ETAGS)])
def test_upload_by_one_put_has_no_parts(api: Api, action: str, body: Any) -> None:
    job_id = announce(api)["job_id"]
    assert problem_of(api.post(f"/imports/{job_id}/{action}", body)) == (409, "not_multipart")


@pytest.mark.parametrize(("action", "body"), [("parts", PARTS), ("complete", ETAGS)])
def test_upload_of_an_ended_job_has_ended(api: Api, action: str, body: Any) -> None:
    job_id = announce(api, 15 * MiB)["job_id"]
    api.post(f"/imports/{job_id}/cancel")
    assert problem_of(api.post(f"/imports/{job_id}/{action}", body)) == (409, "job_final")


def test_no_part_of_a_running_job_is_signed(api: Api) -> None:
    job_id = announce(api, 15 * MiB)["job_id"]
    claim(read_import(job_id))
    assert problem_of(api.post(f"/imports/{job_id}/parts", PARTS)) == (409, "upload_over")
