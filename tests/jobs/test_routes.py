"""GET /jobs and GET /jobs/{job_id}."""

import re
from datetime import timedelta

import pytest

from chalicelib.bootstrap import services
from chalicelib.http.paging import make_cursor
from chalicelib.imports.job import ImportJob
from chalicelib.jobs.models import Status
from chalicelib.jobs.routes import JobsQuery
from tests.fakes import changes
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import NOW, make_job, make_source


def _create(count: int = 1) -> list[ImportJob]:
    """Create so many jobs, the newest first."""
    jobs = [make_job(NOW + timedelta(seconds=n)) for n in range(count)]
    for job in jobs:
        services().jobs.create(job)
    return jobs[::-1]


def test_job_is_shown(api: Api) -> None:
    [job] = _create()
    answer = api.get(f"/jobs/{job.job_id}")
    assert answer.status_code == 200
    assert answer.json_body == {
        "job_id": job.job_id,
        "kind": "import",
        "status": "PENDING",
        "phase": None,
        "attempt": 1,
        "filename": "catalogue.csv",
        "size_bytes": 1000,
        "options": job.options,
        "detected": None,
        "profile": None,
        "apply": "auto",
        "plan": None,
        "warnings": [],
        "progress": {
            "bytes_total": 1000,
            "bytes_done": 0,
            "records_total": None,
            "records_done": 0,
            "percent": 0,
        },
        "counts": {
            "created": 0,
            "updated": 0,
            "unchanged": 0,
            "duplicate": 0,
            "skipped": 0,
            "rejected": 0,
            "missing": 0,
        },
        "parent_job_id": None,
        "repair": None,
        "reverted_by": None,
        "revertible_until": None,
        "error": None,
        "cancel_requested": False,
        "requested_by": None,
        "created_at": "2026-03-01T12:00:00.250Z",
        "started_at": None,
        "finished_at": None,
        "cost": None,
        "updated_at": "2026-03-01T12:00:00.250Z",
        "links": {
            "self": f"/jobs/{job.job_id}",
            "rejects": f"/imports/{job.job_id}/rejects",
            "skipped": f"/imports/{job.job_id}/skipped",
            "cancel": f"/imports/{job.job_id}/cancel",
        },
    }


def test_poll_of_an_unchanged_job_has_no_body(api: Api) -> None:
    [job] = _create()
    first = api.get(f"/jobs/{job.job_id}")
    again = api.get(f"/jobs/{job.job_id}", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Retry-After"] == "2"


def test_changed_job_has_another_etag(api: Api) -> None:
    [job] = _create()
    first = api.get(f"/jobs/{job.job_id}")
    changes.claim(services().jobs, job.job_id, "execution", make_source(job), NOW)
    again = api.get(f"/jobs/{job.job_id}", If_None_Match=first.headers["ETag"])
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]
    assert again.json_body["status"] == "PROCESSING"


def test_ended_job_has_no_retry_after(api: Api) -> None:
    [job] = _create()
    changes.request_cancel(services().jobs, job.job_id, NOW)
    answer = api.get(f"/jobs/{job.job_id}")
    assert "Retry-After" not in answer.headers
    assert set(answer.json_body["links"]) == {"self", "rejects", "skipped"}


def test_failed_job_links_to_its_retry(api: Api) -> None:
    [job] = _create()
    store, error = services().jobs, {"code": "x", "message": "y"}
    changes.claim(store, job.job_id, "execution", make_source(job), NOW)
    changes.finish(store, job.job_id, 1, "FAILED", error=error, now=NOW)
    shown = api.get(f"/jobs/{job.job_id}").json_body
    assert shown["links"]["retry"] == f"/imports/{job.job_id}/retry"
    assert shown["error"] == error


def test_head_returns_only_headers(api: Api) -> None:
    [job] = _create()
    answer = api.send("HEAD", f"/jobs/{job.job_id}")
    assert (answer.status_code, answer.body) == (200, b"")
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    "job_id",
    ["job_00000000000000000000000000", "nothing", "job_%00", "a%2Fb", "%C3%A4", "x" * 3000],
)
def test_unknown_job_is_not_found(api: Api, job_id: str) -> None:
    assert problem_of(api.get(f"/jobs/{job_id}")) == (404, "job_not_found")


def test_id_may_be_percent_encoded(api: Api) -> None:
    [job] = _create()
    assert api.get(f"/jobs/{job.job_id.replace('_', '%5F')}").status_code == 200


def test_jobs_are_listed_page_by_page(api: Api) -> None:
    jobs = _create(5)
    path, seen = "/jobs?limit=2", []
    while True:
        answer = api.get(path)
        assert answer.status_code == 200
        seen += [job["job_id"] for job in answer.json_body["items"]]
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json_body["next_cursor"] is None)
        if link is None:
            break
        found = re.fullmatch(r'<(\?[^>]+)>; rel="next"', link)
        assert found is not None
        assert answer.json_body["next_cursor"] in found[1]
        path = "/jobs" + found[1]
    assert seen == [job.job_id for job in jobs]


def test_jobs_are_listed_by_status(api: Api) -> None:
    jobs = _create(4)
    for job in jobs[::2]:
        changes.request_cancel(services().jobs, job.job_id, NOW)
    first = api.get("/jobs?status=CANCELLED&kind=import&limit=1").json_body
    cursor = first["next_cursor"]
    second = api.get(f"/jobs?status=CANCELLED&kind=import&limit=1&cursor={cursor}").json_body
    found = [job["job_id"] for job in first["items"] + second["items"]]
    assert found == [jobs[0].job_id, jobs[2].job_id]


def test_cursor_is_only_valid_with_its_own_filters(api: Api) -> None:
    _create(3)
    cursor = api.get("/jobs?limit=1").json_body["next_cursor"]
    answer = api.get(f"/jobs?limit=1&status=FAILED&cursor={cursor}")
    assert problem_of(answer) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "WyJqb2JzIl0", "bnVsbA", "%C3%A4", "e30=", "a" * 999]
)
def test_made_up_cursor_is_refused(api: Api, cursor: str) -> None:
    assert problem_of(api.get(f"/jobs?cursor={cursor}")) == (400, "invalid_cursor")


@pytest.mark.parametrize("position", ["", "job_", "key_" + "0" * 26, "~" * 300, 5, None])
@pytest.mark.parametrize("status", [None, "FAILED"])
def test_forged_cursor_is_refused(api: Api, position: object, status: Status | None) -> None:
    forged = make_cursor(JobsQuery(status=status), "jobs", position)
    answer = api.get(f"/jobs?cursor={forged}" + (f"&status={status}" if status else ""))
    assert problem_of(answer) == (400, "invalid_cursor")
    assert fields_of(answer) == {"cursor": "invalid_cursor"}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("limit=0", "limit", "too_low"),
        ("limit=101", "limit", "too_high"),
        ("limit=ten", "limit", "not_integer"),
        ("limit=", "limit", "not_integer"),
        ("limit=1&limit=2", "limit", "repeated"),
        ("status=DONE", "status", "not_a_choice"),
        ("kind=unknown", "kind", "not_a_choice"),
        ("page=2", "page", "unknown"),
        ("cursor=", "cursor", "empty"),
    ],
)
def test_invalid_query_is_refused(api: Api, query: str, field: str, code: str) -> None:
    answer = api.get(f"/jobs?{query}")
    assert problem_of(answer) == (400, "invalid_query")
    assert fields_of(answer) == {field: code}
