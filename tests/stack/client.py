"""A client of the deployed API that checks each response against those before and the document."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import requests

from tests.contract import Contract

Json = dict[str, Any]
IsEnough = Callable[[Json], bool]

FINAL = ("COMPLETED", "FAILED", "CANCELLED")
STATUSES = ("PENDING", "PROCESSING", "PLANNED", *FINAL)
PHASES = {
    "import": (
        None, "claim", "inspect", "transcode", "scan", "plan", "stage", "compare", "merge", "finish"
    ),
    "bulk_delete": (None, "claim", "plan", "delete", "finish"),
    "export": (None, "claim", "plan", "export", "finish"),
    "revert": (None, "claim", "plan", "restore", "finish"),
}  # fmt: skip
OUTCOMES = {
    "import": {"created", "updated", "unchanged", "duplicate", "skipped", "rejected", "missing"},
    "bulk_delete": {"deleted", "skipped"},
    "export": {"exported"},
    "revert": {"restored", "deleted", "recreated", "conflicts"},
}
PROBLEM = "application/problem+json"

_POLL_SECONDS = 0.04
_MOST_SECONDS = 240.0


def is_final(job: Json) -> bool:
    return job["status"] in FINAL


@dataclass
class Followed:
    """Every version of a job that polling saw, oldest first; each is checked on arrival."""

    polls: list[Json] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)

    @property
    def job(self) -> Json:
        return self.polls[-1]

    def add(self, job: Json, etag: str) -> None:
        version = int(etag.strip('"'))
        if self.polls:
            assert version > self.versions[-1], "another version, but no later one"
            _check_successor(self.polls[-1], job)
        _check_sums(job)
        self.polls.append(job)
        self.versions.append(version)


def _check_successor(before: Json, after: Json) -> None:
    """Check that a final status stays and nothing decreases within an attempt."""
    assert not is_final(before) or after["attempt"] > before["attempt"]
    assert after["attempt"] >= before["attempt"]
    if after["attempt"] > before["attempt"]:
        return
    assert _place(after) >= _place(before)
    for name in ("bytes_done", "records_done", "percent"):
        assert after["progress"][name] >= before["progress"][name]
    for name in OUTCOMES[after["kind"]]:
        assert after["counts"][name] >= before["counts"][name]
    for name in ("created_at", "started_at", "finished_at"):
        assert before[name] in (None, after[name])


def _place(job: Json) -> tuple[int, int]:
    return min(STATUSES.index(job["status"]), 2), PHASES[job["kind"]].index(job["phase"])


def _check_sums(job: Json) -> None:
    progress = job["progress"]
    records = sum(number for name, number in job["counts"].items() if name != "missing")
    assert progress["records_done"] == records
    assert 0 <= progress["bytes_done"] <= progress["bytes_total"] == job.get("size_bytes", 0)
    assert job["counts"].keys() == OUTCOMES[job["kind"]]
    assert (progress["percent"] == 100) == (job["status"] == "COMPLETED")
    assert is_final(job) == (job["finished_at"] is not None)
    if job["status"] == "COMPLETED":
        assert progress["records_done"] == progress["records_total"]
        assert progress["bytes_done"] == progress["bytes_total"]


class Api:
    """The deployed API, called with a key and checked against its document, and S3."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/"), key
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.hooks["response"].append(self._check)

    @cached_property
    def contract(self) -> Contract:
        with requests.Session() as session:  # without the check, which needs the document
            session.trust_env = False
            return Contract(session.get(f"{self.url}/openapi.json", timeout=60).json())

    def _check(self, answer: requests.Response, **_: Any) -> None:
        if answer.url.startswith(f"{self.url}/"):
            method, path = str(answer.request.method), answer.url.removeprefix(self.url)
            status, body = answer.status_code, answer.content
            self.contract.check(method, path, status, answer.headers, body)

    @property
    def key_header(self) -> dict[str, str]:
        """The headers of requests to the API, but not to S3."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def with_key(self, key: str) -> "Api":
        """Return the API, called with another key, or with none if `key` is ""."""
        return Api(self.url, key)

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = self.key_header | more.pop("headers", {})
        return self.session.request(method, self.url + path, headers=headers, timeout=60, **more)

    def get(self, path: str, **more: Any) -> Json:
        answer = self.call("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return cast(Json, answer.json())

    def announce(self, size_bytes: int, options: Json | None = None, name: str = "a.csv") -> Json:
        body = {"filename": name, "size_bytes": size_bytes, "options": options or {}}
        answer = self.call("POST", "/imports", json=body)
        assert answer.status_code == 201, answer.text
        return cast(Json, answer.json())

    def put(self, url: str, content: bytes, headers: Mapping[str, str] | None = None) -> str:
        """PUT bytes to a signed URL; return S3's ETag."""
        answer = self.session.put(url, data=content, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return str(answer.headers["ETag"])

    def put_parts(self, created: Json, content: bytes, urls: Mapping[int, str]) -> list[Json]:
        size = created["upload"]["part_size"]
        return [
            {"part_number": n, "etag": self.put(url, content[(n - 1) * size : n * size])}
            for n, url in urls.items()
        ]

    def upload(self, created: Json, content: bytes) -> None:
        """Upload the bytes as the response of POST /imports says."""
        upload, job_id = created["upload"], created["job_id"]
        if upload["method"] == "PUT":
            self.put(upload["url"], content, upload["headers"])
            return
        urls = {part["part_number"]: part["url"] for part in upload["parts"]}
        parts = self.put_parts(created, content, urls)
        done = self.call("POST", f"/imports/{job_id}/complete", json={"parts": parts})
        assert done.status_code == 202, done.text

    def begin(self, content: bytes, options: Json | None = None, name: str = "a.csv") -> str:
        """Create an import and upload its file; return the job's id."""
        created = self.announce(len(content), options, name)
        self.upload(created, content)
        return str(created["job_id"])

    def follow(
        self,
        job_id: str,
        is_enough: IsEnough = is_final,
        followed: Followed | None = None,
        seconds: float = _MOST_SECONDS,
    ) -> Followed:
        """Poll until `is_enough`, checking that nothing ever decreases."""
        followed, limit = followed or Followed(), time.monotonic() + seconds
        etag = f'"{followed.versions[-1]}"' if followed.versions else ""
        while True:
            answer = self.call("GET", f"/jobs/{job_id}", headers={"If-None-Match": etag})
            if answer.status_code == 304:
                assert answer.content == b""
                assert answer.headers["ETag"] == etag
            else:
                assert answer.status_code == 200, answer.text
                etag = answer.headers["ETag"]
                followed.add(answer.json(), etag)
            if is_enough(followed.job):
                return followed
            assert time.monotonic() < limit, f"too late: {followed.job}"
            time.sleep(_POLL_SECONDS)

    def run(self, content: bytes, options: Json | None = None) -> Json:
        """Import `content` and return the final job."""
        return self.follow(self.begin(content, options)).job

    def complete(self, content: bytes, options: Json | None = None) -> dict[str, int]:
        """Import `content`, which must complete, and return the counts that aren't 0."""
        job = self.run(content, options)
        assert job["status"] == "COMPLETED", job
        assert job["error"] is None
        return {name: number for name, number in job["counts"].items() if number}

    def begin_delete(self, **body: Any) -> str:
        """Start a bulk delete; return the job's id."""
        answer = self.call("POST", "/products/bulk-delete", json=body)
        assert answer.status_code == 202, answer.text
        job = answer.json()
        assert answer.headers["Location"].endswith(f"jobs/{job['job_id']}")
        assert answer.headers["Retry-After"]
        return str(job["job_id"])

    def delete(self, **body: Any) -> dict[str, int]:
        """Delete products, which must complete, and return the counts."""
        job = self.follow(self.begin_delete(**body)).job
        assert (job["status"], job["error"]) == ("COMPLETED", None), job
        return cast(dict[str, int], job["counts"])

    def begin_export(self, **body: Any) -> str:
        """Start an export; return the job's id."""
        answer = self.call("POST", "/exports", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])

    def export(self, **body: Any) -> bytes:
        """Export products, which must complete, and return the file."""
        job = self.follow(self.begin_export(**body)).job
        assert (job["status"], job["error"]) == ("COMPLETED", None), job
        content = self.download(job["job_id"]).content
        assert job["file"]["size_bytes"] == len(content)
        return content

    def download(self, job_id: str) -> requests.Response:
        """Download the file of an export."""
        path = f"/exports/{job_id}/file"
        answer = self.call("GET", path, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        found = self.session.get(answer.headers["Location"], timeout=60)
        signed = self.call("GET", path, headers={"Accept": "application/json"}).json()
        assert self.session.get(signed["url"], timeout=60).content == found.content
        assert signed["size_bytes"] == len(found.content)
        return found

    def pages(self, path: str, limit: int) -> Iterator[list[Json]]:
        """Yield the pages of a list, following the Link headers."""
        url = f"{self.url}{path}{'&' if '?' in path else '?'}limit={limit}"
        while url:
            answer = self.session.get(url, headers=self.key_header, timeout=60)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert len(page["items"]) <= limit
            assert ("next" in answer.links) == (page["next_cursor"] is not None)
            yield page["items"]
            link = answer.links.get("next", {}).get("url", "")
            url = requests.compat.urljoin(url, link) if link else ""

    def rejects(self, job_id: str) -> list[Json]:
        """Return all rejects of a job."""
        return [item for page in self.pages(f"/imports/{job_id}/rejects", 100) for item in page]

    def report(self, job_id: str) -> requests.Response:
        """Download the rejects as a CSV file."""
        asked = {"Accept": "text/csv"}
        answer = self.call(
            "GET", f"/imports/{job_id}/rejects", headers=asked, allow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        return self.session.get(answer.headers["Location"], timeout=60)


def read_problem(answer: requests.Response, status: int, code: str) -> Json:
    """Return problem details, which must have this status and code."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM), answer.text
    found = cast(Json, answer.json())
    assert (found["status"], found["code"]) == (status, code)
    assert found["type"]
    assert found["title"]
    assert found["detail"]
    assert found["request_id"]
    assert "Traceback" not in answer.text
    return found


def fields_of(problem: Json) -> Sequence[str]:
    """Return the fields that problem details name."""
    return [error["field"] for error in problem["errors"]]
