"""A small API and S3 over HTTP, for clients: the job advances one step with each poll."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

COUNTS = {"created": 90, "updated": 0, "unchanged": 0, "duplicate": 8, "skipped": 0, "rejected": 2}
KEY = "pik_of_the_demonstration"
NO_COUNTS = dict.fromkeys(COUNTS, 0)
REJECT = {
    "line": 1204,
    "code": "price_negative",
    "field": "price",
    "message": "The price is below 0.",
    "record": "A-1,Chair,,-4.20,1,true",
    "truncated": False,
}


def make_step(status: str, phase: str | None, percent: float, **more: Any) -> Json:
    """Return the fields of a job that change with each step."""
    progress = {"bytes_total": 1000, "bytes_done": 0, "records_total": None, "records_done": 0}
    progress |= more.pop("progress", {})
    return {
        "status": status,
        "phase": phase,
        "progress": progress | {"percent": percent},
        "counts": NO_COUNTS,
        "error": None,
        "updated_at": f"{status} {phase} {percent}",
        **more,
    }


COMPLETES = [
    make_step("PENDING", None, 0),
    make_step("PROCESSING", "scan", 5),
    make_step("PROCESSING", "stage", 35, progress={"bytes_done": 500}),
    make_step("PROCESSING", "merge", 80, progress={"records_total": 100, "records_done": 40}),
    make_step("COMPLETED", "finish", 100, progress={"records_total": 100}, counts=COUNTS),
]
FAILS = [
    make_step("PROCESSING", "inspect", 0),
    make_step(
        "FAILED",
        "inspect",
        0,
        error={"code": "header_incomplete", "message": "The header has no column for sku."},
    ),
]


@dataclass
class FakeApi:
    """The requests that the server received, and how it answers."""

    steps: list[Json] = field(default_factory=lambda: list(COMPLETES))
    part_size: int = 0  # 0: one PUT
    presigned_parts: int = 2
    failing_puts: int = 0  # this many PUTs get 503 first
    is_healthy: bool = True
    url: str = ""
    announced: Json = field(default_factory=dict)
    parts: dict[int, bytes] = field(default_factory=dict)
    completed_with: Json = field(default_factory=dict)
    presigned_later: list[int] = field(default_factory=list)
    polls: int = 0
    unchanged_polls: int = 0

    @property
    def received(self) -> bytes:
        """The uploaded object."""
        return b"".join(self.parts[number] for number in sorted(self.parts))

    def answer(self, method: str, path: str, body: bytes, headers: Any) -> tuple[int, Json, Json]:
        """Return status, headers and JSON body of the response to a request."""
        route, _, _ = path.partition("?")
        key = headers.get("Authorization")
        if route.startswith("/s3/"):
            assert key is None, "only the API may receive the key"
            return self._take(int(route.removeprefix("/s3/")), body)
        if key != f"Bearer {KEY}":
            return 401, {}, {"code": "unauthorized", "detail": "The request has no valid key."}
        if route == "/jobs/job_1":
            return self._poll(headers.get("If-None-Match"))
        status, values = self._answer_json(f"{method} {route}", json.loads(body or "{}"))
        return status, {}, values

    def _answer_json(self, request: str, values: Json) -> tuple[int, Json]:
        found: tuple[int, Json]
        match request:
            case "GET /health" if not self.is_healthy:
                found = 503, {"code": "unhealthy", "detail": "database: no answer"}
            case "GET /health":
                found = 200, {"status": "ok"}
            case "POST /imports":
                self.announced = values
                found = 201, {"job_id": "job_1", "status": "PENDING", "upload": self._upload()}
            case "POST /imports/job_1/parts":
                self.presigned_later += values["part_numbers"]
                found = 200, {"parts": [self._part(n) for n in values["part_numbers"]]}
            case "POST /imports/job_1/complete":
                self.completed_with = values
                found = 202, {"job_id": "job_1"}
            case "GET /imports/job_1/rejects":
                found = 200, {"items": [REJECT], "next_cursor": None}
            case _:
                found = 404, {"code": "not_found", "detail": "There is nothing here."}
        return found

    def _upload(self) -> Json:
        if not self.part_size:
            return {"method": "PUT", "url": f"{self.url}/s3/1", "headers": {"x-checked": "yes"}}
        parts = [self._part(n) for n in range(1, self.presigned_parts + 1)]
        return {"method": "MULTIPART", "part_size": self.part_size, "parts": parts}

    def _part(self, number: int) -> Json:
        return {"part_number": number, "url": f"{self.url}/s3/{number}"}

    def _take(self, number: int, body: bytes) -> tuple[int, Json, Json]:
        if self.failing_puts:
            self.failing_puts -= 1
            return 503, {}, {}
        self.parts[number] = body
        return 200, {"ETag": f'"etag-{number}"'}, {}

    def _poll(self, known: str | None) -> tuple[int, Json, Json]:
        # Every step is served twice, the second time as not modified.
        step, self.polls = min(self.polls // 2, len(self.steps) - 1), self.polls + 1
        if known == f'"{step}"':
            self.unchanged_polls += 1
            return 304, {"ETag": known}, {}
        return 200, {"ETag": f'"{step}"'}, {"job_id": "job_1"} | self.steps[step]


@contextmanager
def serve(api: FakeApi) -> Iterator[FakeApi]:
    """Answer requests on a free loopback port during the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, values = api.answer(self.command, self.path, body, self.headers)
            text = b"" if status == 304 else json.dumps(values).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = respond

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
