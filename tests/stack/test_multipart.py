"""Files above the limit of one PUT go to S3 in parts."""

import pytest
import requests

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, fields_of, read_problem
from tests.stack.conftest import PARAMETERS, MiB
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv

pytestmark = [pytest.mark.stack, pytest.mark.wiring]

LIMIT_BYTES = int(PARAMETERS["SinglePutLimitBytes"])


def _make_file(records: int) -> bytes:
    """Return a file of records that are 1 MiB each, so that parts are cut within them."""
    story = ("a line of text\n" * (MiB // 15))[: MiB - 32]
    return make_csv(
        *(f'L-{n:02d},Lamp,"{story}"' for n in range(records)), header="sku,name,description"
    )


def test_file_at_the_limit_is_one_put_and_one_byte_more_is_parts(api: Api) -> None:
    assert api.announce(LIMIT_BYTES)["upload"]["method"] == "PUT"
    upload = api.announce(LIMIT_BYTES + 1)["upload"]
    assert (upload["method"], upload["part_size"], upload["part_count"]) == (
        "MULTIPART", 5 * MiB, 2
    )  # fmt: skip
    assert [part["part_number"] for part in upload["parts"]] == [1, 2]


def test_parts_in_any_order_with_renewed_urls_become_the_file(
    api: Api, catalogue: Catalogue
) -> None:
    content = _make_file(11)
    created = api.announce(len(content))
    job_id, first = created["job_id"], created["upload"]
    asked = {"part_numbers": [3, 1, 3]}
    renewed = api.call("POST", f"/imports/{job_id}/parts", json=asked).json()
    assert [part["part_number"] for part in renewed["parts"]] == [1, 3]
    assert renewed["expires_at"] >= first["expires_at"]
    urls = {part["part_number"]: part["url"] for part in [*renewed["parts"], first["parts"][1]]}
    overwritten = api.put(urls[1], b"a first try" * MiB)
    parts = api.put_parts(created, content, dict(sorted(urls.items(), reverse=True)))
    path = f"/imports/{job_id}/complete"

    missing = read_problem(api.call("POST", path, json={"parts": parts[1:]}), 422, "parts_missing")
    assert "3" in missing["detail"]
    wrong = [part | {"etag": overwritten} if part["part_number"] == 1 else part for part in parts]
    read_problem(api.call("POST", path, json={"parts": wrong}), 422, "part_invalid")

    done = api.call("POST", path, json={"parts": parts})
    assert (done.status_code, done.json()["job_id"]) == (202, job_id)
    location = requests.compat.urljoin(api.url + path, done.headers["Location"])
    assert location == f"{api.url}/jobs/{job_id}"
    assert api.call("POST", path, json={"parts": parts}).status_code == 202
    job = api.follow(job_id).job
    assert (job["status"], job["counts"]["created"]) == ("COMPLETED", 11), job
    assert api.call("POST", path, json={"parts": parts}).json()["status"] == "COMPLETED"
    read_problem(api.call("POST", f"/imports/{job_id}/parts", json=asked), 409, "job_final")


def test_upload_resumes_with_the_missing_parts(api: Api, catalogue: Catalogue) -> None:
    content = _make_file(16)
    created = api.announce(len(content))
    path = f"/imports/{created['job_id']}"
    urls = {part["part_number"]: part["url"] for part in created["upload"]["parts"]}
    api.put_parts(created, content, {n: url for n, url in urls.items() if n not in (2, 4)})
    # Here the client ends, and another knows no more than the job's id.
    found = [part for page in api.pages(f"{path}/parts", 1) for part in page]
    sizes = api.get(f"{path}/parts")
    assert [part["part_number"] for part in found] == [1, 3]
    assert [part["size_bytes"] for part in found] == [5 * MiB] * 2
    missing = {*range(1, sizes["part_count"] + 1)} - {part["part_number"] for part in found}
    asked = {"part_numbers": sorted(missing)}
    signed = api.call("POST", f"{path}/parts", json=asked).json()["parts"]
    api.put_parts(created, content, {part["part_number"]: part["url"] for part in signed})
    listed = api.get(f"{path}/parts", params={"limit": "1000"})["items"]
    parts = [{name: part[name] for name in ("part_number", "etag")} for part in listed]
    assert api.call("POST", f"{path}/complete", json={"parts": parts}).status_code == 202
    job = api.follow(created["job_id"]).job
    assert (job["status"], job["counts"]["created"]) == ("COMPLETED", 16), job
    read_problem(api.call("GET", f"{path}/parts"), 409, "job_final")


def test_only_the_record_above_8_mib_is_rejected(api: Api, catalogue: Catalogue) -> None:
    long = "L-2,Lamp," + "x" * (8 * MiB)
    content = make_csv("L-1,Lamp,1", long, "L-3,Lamp,3")
    job = api.run(content)
    assert (job["status"], job["counts"]["rejected"]) == ("COMPLETED", 1), job
    assert set(catalogue.products()) == {"l-1", "l-3"}
    [reject] = api.rejects(job["job_id"])
    assert (reject["line"], reject["code"], reject["truncated"]) == (3, "record_too_long", True)
    assert reject["record"] == long[: 64 * 1024]


def test_parts_beyond_the_last_do_not_exist(api: Api) -> None:
    job_id = api.announce(LIMIT_BYTES + 1)["job_id"]
    path = f"/imports/{job_id}/parts"
    read_problem(api.call("POST", path, json={"part_numbers": [3]}), 422, "part_unknown")
    problem = read_problem(api.call("POST", path, json={"part_numbers": [0]}), 422, "invalid_body")
    assert fields_of(problem) == ["part_numbers.0"]


def test_file_of_one_put_has_no_parts(api: Api) -> None:
    job_id = api.announce(10)["job_id"]
    for path, body in (
        ("parts", {"part_numbers": [1]}),
        ("complete", {"parts": [{"part_number": 1, "etag": "x"}]}),
    ):
        read_problem(api.call("POST", f"/imports/{job_id}/{path}", json=body), 409, "not_multipart")


def test_cancel_deletes_the_parts(api: Api, emulator: Emulator) -> None:
    created = api.announce(LIMIT_BYTES + 1)
    url = created["upload"]["parts"][0]["url"]
    api.put(url, b"x" * 5 * MiB)
    cancelled = api.call("POST", f"/imports/{created['job_id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "CANCELLED")
    bucket = emulator.addresses.bucket
    left = emulator.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    assert f"uploads/{created['job_id']}" not in [upload["Key"] for upload in left]
    assert api.session.put(url, data=b"late", timeout=30).status_code == 404
