"""A client of the import API, as any program that imports a file would have.

It needs the API's URL and a key. The bytes go directly to S3, to presigned URLs from the API.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import requests

OnBytes = Callable[[int], None]
Json = dict[str, Any]

FINAL = ("COMPLETED", "FAILED", "CANCELLED")
PARALLEL_PARTS = 3
TRIES = 4
READ_BYTES = 1024 * 1024


@dataclass
class DemoError(Exception):
    """What went wrong and what to do about it."""

    what: str
    advice: str = ""

    def __str__(self) -> str:
        return self.what


class _Window:
    """The bytes `[start, start + size)` of a file as a request body that reports its progress."""

    def __init__(self, path: Path, start: int, size: int, on_bytes: OnBytes) -> None:
        self._file, self._left, self._size, self._on_bytes = path.open("rb"), size, size, on_bytes
        self._file.seek(start)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:  # requests streams an iterable
        while block := self.read(READ_BYTES):
            yield block

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, empty at the end of the window."""
        count = self._left if size < 0 else min(size, self._left)
        block = self._file.read(min(count, READ_BYTES))
        self._left -= len(block)
        self._on_bytes(len(block))
        return block

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def report_unsent(self) -> None:
        """Report that the bytes read were not sent."""
        self._on_bytes(self._left - self._size)


class ImportClient:
    """A client of one API. Its methods raise DemoError."""

    def __init__(self, api_url: str, key: str) -> None:
        self.api_url, self._key = api_url.rstrip("/"), key
        self._session = requests.Session()
        self._etag, self._job = "", Json()

    @property
    def page_url(self) -> str:
        """The URL of the page with the key after the #, which browsers don't send."""
        return f"{self.api_url}/#key={self._key}"

    def check_health(self) -> None:
        """Check that the API answers and reaches its dependencies."""
        answer = self._send("GET", "/health")
        if answer.status_code >= 500:
            raise DemoError(
                f"{self.api_url} is unhealthy: {_explain(answer)}",
                "See `make logs`, or restart with `make down` and `make up`.",
            )

    def create_import(self, filename: str, size_bytes: int) -> Json:
        """Create an import; return the job's id and how to upload the file."""
        body = {"filename": filename, "size_bytes": size_bytes}
        return self._call("POST", "/imports", json=body)

    def upload(self, created: Json, path: Path, on_bytes: OnBytes) -> None:
        """Upload the file to S3, in one PUT or in parts, as `created` says."""
        upload = created["upload"]
        if upload["method"] == "PUT":
            size_bytes = path.stat().st_size
            _put(upload["url"], path, 0, size_bytes, on_bytes, upload.get("headers", {}))
        else:
            self._upload_parts(created["job_id"], upload, path, on_bytes)

    def _upload_parts(self, job_id: str, upload: Json, path: Path, on_bytes: OnBytes) -> None:
        size_bytes, part_size = path.stat().st_size, int(upload["part_size"])
        urls = {part["part_number"]: part["url"] for part in upload["parts"]}
        numbers = range(1, -(-size_bytes // part_size) + 1)

        def put_part(number: int) -> Json:
            url = urls.get(number) or self._presign_part(job_id, number)
            start = (number - 1) * part_size
            size = min(part_size, size_bytes - start)
            return {"part_number": number, "etag": _put(url, path, start, size, on_bytes, {})}

        with ThreadPoolExecutor(PARALLEL_PARTS) as pool:
            parts = list(pool.map(put_part, numbers))
        self._call("POST", f"/imports/{job_id}/complete", json={"parts": parts})

    def _presign_part(self, job_id: str, number: int) -> str:
        answer = self._call("POST", f"/imports/{job_id}/parts", json={"part_numbers": [number]})
        return cast(str, answer["parts"][0]["url"])

    def get_job(self, job_id: str) -> Json:
        """Return the job; for an unchanged job the API answers 304 without a body."""
        answer = self._send("GET", f"/jobs/{job_id}", headers={"If-None-Match": self._etag})
        if answer.status_code != 304:
            self._job = _read(answer)
            self._etag = answer.headers.get("ETag", "")
        return self._job

    def list_rejects(self, job_id: str, limit: int) -> list[Json]:
        """Return the first rejects of a job."""
        answer = self._call("GET", f"/imports/{job_id}/rejects", params={"limit": str(limit)})
        return cast(list[Json], answer["items"])

    def _call(self, method: str, path: str, **more: Any) -> Json:
        return _read(self._send(method, path, **more))

    def _send(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._key}", **more.pop("headers", {})}
        url = self.api_url + path
        try:
            return self._session.request(method, url, headers=headers, timeout=30, **more)
        except requests.RequestException as error:
            raise DemoError(
                f"Nothing answers at {self.api_url}.",
                f"Start the stack with `make up`, then retry. ({type(error).__name__})",
            ) from error


def _put(url: str, path: Path, start: int, size: int, on_bytes: OnBytes, headers: Json) -> str:
    """PUT a window of the file to S3, with retries; return the ETag."""
    problem = ""
    for attempt in range(1, TRIES + 1):
        window = _Window(path, start, size, on_bytes)
        try:
            answer = requests.put(url, data=window, headers=headers, timeout=300)
            if answer.ok:
                return answer.headers.get("ETag", "")
            problem = f"{answer.status_code} {answer.text[:300]}"
            if answer.status_code < 500:
                break
        except requests.RequestException as error:
            problem = f"{type(error).__name__}: {error}"
        finally:
            window.close()
        window.report_unsent()
        time.sleep(0.5 * attempt)
    raise DemoError("S3 rejected the upload.", problem)


def _read(answer: requests.Response) -> Json:
    if not answer.ok:
        raise DemoError(f"The API rejected the request: {_explain(answer)}", _list_errors(answer))
    return cast(Json, answer.json())


def _explain(answer: requests.Response) -> str:
    problem = _problem(answer)
    text = problem.get("detail") or problem.get("title") or answer.text[:200] or answer.reason
    return f"{answer.status_code} {problem.get('code', '')} {text}".replace("  ", " ")


def _list_errors(answer: requests.Response) -> str:
    errors = _problem(answer).get("errors") or []
    return "\n".join(f"{e.get('field')}: {e.get('message')}" for e in errors)


def _problem(answer: requests.Response) -> Json:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
