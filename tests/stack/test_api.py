"""What all routes have in common, over HTTP: problem details, lists, idempotency keys, health."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, fields_of, read_problem
from tests.stack.files import make_csv
from tests.stack.reach import left_out_by

pytestmark = pytest.mark.stack

BODY: Json = {"filename": "a.csv", "size_bytes": 18}
NO_JOB = "job_" + "0" * 26


def _create(api: Api, body: Json, key: str) -> requests.Response:
    return api.call("POST", "/imports", json=body, headers={"Idempotency-Key": key})


def test_same_key_and_body_is_the_same_job(api: Api, catalogue: Catalogue) -> None:
    key, content = str(uuid.uuid4()), make_csv("A,Lamp,1")[:-1]
    body = {"filename": "a.csv", "size_bytes": len(content), "options": {"max_rejects": 0}}
    first, second = _create(api, body, key), _create(api, body, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["job_id"] == second.json()["job_id"]
    api.upload(second.json(), content)
    job = api.follow(first.json()["job_id"]).job
    assert job["status"] == "COMPLETED"
    late = _create(api, body, key)
    assert (late.status_code, late.json()) == (
        201,
        {"job_id": job["job_id"], "status": "COMPLETED", "upload": None},
    )


def test_same_key_with_another_body_is_rejected(api: Api) -> None:
    key = str(uuid.uuid4())
    assert _create(api, BODY, key).status_code == 201
    other = _create(api, BODY | {"size_bytes": 19}, key)
    read_problem(other, 422, "idempotency_key_reused")
    assert _create(api, BODY, str(uuid.uuid4())).status_code == 201


def test_same_key_at_the_same_time_makes_one_job(api: Api) -> None:
    key = str(uuid.uuid4())

    def create(_: int) -> requests.Response:  # sessions aren't thread-safe
        headers = api.key_header | {"Idempotency-Key": key}
        return requests.post(f"{api.url}/imports", json=BODY, headers=headers, timeout=60)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(create, range(4)))
    made = {answer.json()["job_id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    for answer in answers:
        if answer.status_code != 201:
            read_problem(answer, 409, "request_in_progress")
            assert answer.headers["Retry-After"]


def test_invalid_key_is_rejected(api: Api) -> None:
    read_problem(_create(api, BODY, "x" * 256), 400, "invalid_idempotency_key")
    read_problem(_create(api, BODY, "two words"), 400, "invalid_idempotency_key")


def test_jobs_are_listed_newest_first_over_pages(api: Api) -> None:
    made = [api.announce(n)["job_id"] for n in range(1, 6)]
    pages = api.pages("/jobs", 2)
    listed = [item["job_id"] for _, page in zip(range(3), pages, strict=False) for item in page]
    assert listed[:5] == made[::-1]
    assert listed == sorted(listed, reverse=True)
    everything = [item["job_id"] for page in api.pages("/jobs", 100) for item in page]
    assert len(set(everything)) == len(everything) >= 5
    assert everything[:5] == made[::-1]
    [newest] = api.get("/jobs", params={"limit": "1"})["items"]
    job = api.get(f"/jobs/{made[-1]}")
    details = ("options", "detected", "warnings", "apply", "plan")
    assert newest == {name: job[name] for name in job if name not in details}


def test_jobs_are_filtered_by_status_and_kind(api: Api) -> None:
    cancelled, pending = (api.announce(1)["job_id"] for _ in range(2))
    api.call("POST", f"/imports/{cancelled}/cancel")
    found = api.get("/jobs", params={"status": "CANCELLED", "kind": "import", "limit": "1"})
    assert [item["job_id"] for item in found["items"]] == [cancelled]
    newest = api.get("/jobs", params={"status": "PENDING", "limit": "1"})
    assert [item["job_id"] for item in newest["items"]] == [pending]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("page=2", "page"),
        ("status=DONE", "status"),
        ("kind=tea", "kind"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_invalid_query_parameters_are_rejected_by_name(query: str, field: str, api: Api) -> None:
    problem = read_problem(api.call("GET", f"/jobs?{query}"), 400, "invalid_query")
    assert fields_of(problem) == [field]


def test_invalid_cursor_is_rejected(api: Api) -> None:
    api.announce(1)
    api.announce(1)
    cursor = api.get("/jobs", params={"limit": "1"})["next_cursor"]
    for query in ("cursor=nonsense", f"cursor={cursor}x", f"cursor={cursor}&status=PENDING"):
        read_problem(api.call("GET", f"/jobs?{query}"), 400, "invalid_cursor")


@pytest.mark.parametrize("job_id", [NO_JOB, "nonsense", "job_" + "u" * 26, "%00", "%C3%A4"])
def test_unknown_job_is_not_found(job_id: str, api: Api) -> None:
    for method, path in (
        ("GET", f"/jobs/{job_id}"),
        ("GET", f"/imports/{job_id}/rejects"),
        ("POST", f"/imports/{job_id}/cancel"),
        ("POST", f"/imports/{job_id}/retry"),
    ):
        read_problem(api.call(method, path), 404, "job_not_found")
    parts = {"part_numbers": [1]}
    answer = api.call("POST", f"/imports/{job_id}/parts", json=parts)
    read_problem(answer, 404, "job_not_found")


@left_out_by("LocalStack", "it ignores the gateway responses of a template")
def test_unknown_route_is_a_problem(api: Api) -> None:
    for method, path in (("GET", "/nothing"), ("GET", "/imports"), ("DELETE", "/jobs")):
        read_problem(api.call(method, path), 404, "not_found")
        read_problem(api.with_key("").call(method, path), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "body_missing"),
        ("{", 400, "malformed_json"),
        ('{"filename": "a.csv", "size_bytes": 1', 400, "malformed_json"),
        ("[]", 422, "invalid_body"),
        ('"text"', 422, "invalid_body"),
        ("null", 422, "invalid_body"),
    ],
)
def test_bodies_other_than_json_objects_are_rejected(
    body: str, status: int, code: str, api: Api
) -> None:
    asked = {"Content-Type": "application/json"}
    read_problem(api.call("POST", "/imports", data=body, headers=asked), status, code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size_bytes": "18"}, "size_bytes"),
        ({"size_bytes": -1}, "size_bytes"),
        ({"size_bytes": 1.5}, "size_bytes"),
        ({"size_bytes": 10**15}, "size_bytes"),
        ({"size_bytes": True}, "size_bytes"),
        ({"filename": ""}, "filename"),
        ({"filename": "../etc/passwd"}, "filename"),
        ({"filename": "a\u0000.csv"}, "filename"),
        ({"filename": None}, "filename"),
        ({"options": []}, "options"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_invalid_fields_are_rejected_by_name(change: dict[str, Any], field: str, api: Api) -> None:
    problem = read_problem(api.call("POST", "/imports", json=BODY | change), 422, "invalid_body")
    assert fields_of(problem) == [field]


def test_all_invalid_fields_are_named_at_once(api: Api) -> None:
    body = {"size_bytes": 0, "colour": "red"}
    problem = read_problem(api.call("POST", "/imports", json=body), 422, "invalid_body")
    assert sorted(fields_of(problem)) == ["colour", "filename", "size_bytes"]


def test_other_content_types_are_rejected(api: Api) -> None:
    asked = {"Content-Type": "text/csv"}
    answer = api.call("POST", "/imports", data="sku,name", headers=asked)
    read_problem(answer, 415, "unsupported_media_type")


def test_location_of_a_new_import_is_its_job(api: Api) -> None:
    answer = api.call("POST", "/imports", json=BODY)
    location = requests.compat.urljoin(f"{api.url}/imports", answer.headers["Location"])
    assert location == f"{api.url}/jobs/{answer.json()['job_id']}"


def test_filenames_are_returned_unchanged(api: Api) -> None:
    name = "Frühjahr & Sommer “2027” 目录.csv"
    created = api.announce(10, name=name)
    assert api.get(f"/jobs/{created['job_id']}")["filename"] == name


def test_health_names_failing_dependencies(api: Api, catalogue: Catalogue) -> None:
    healthy = api.get("/health")
    assert healthy["status"] == "ok"
    assert {d["status"] for d in healthy["dependencies"].values()} == {"ok"}
    job_id = api.announce(1)["job_id"]
    with catalogue.away():
        problem = read_problem(api.call("GET", "/health"), 503, "dependency_down")
        found = {name: d["status"] for name, d in problem["dependencies"].items()}
        assert found == {"database": "down", "jobs": "ok", "storage": "ok"}
        assert catalogue.database.password not in str(problem)
        rejects = api.call("GET", f"/imports/{job_id}/rejects")
        read_problem(rejects, 503, "temporarily_unavailable")
        assert rejects.headers["Retry-After"]
        assert api.get(f"/jobs/{job_id}")["status"] == "PENDING"  # needs no database
    assert api.get("/health")["status"] == "ok"


def test_signed_url_is_valid_for_its_object_only(api: Api) -> None:
    first, second = api.announce(10), api.announce(10)
    forged = first["upload"]["url"].replace(first["job_id"], second["job_id"])
    assert api.session.put(forged, data=b"x" * 9, timeout=30).status_code == 403
    assert api.get(f"/jobs/{second['job_id']}")["status"] == "PENDING"
