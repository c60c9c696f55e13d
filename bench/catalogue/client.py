"""A small HTTP client that keeps four requests in flight."""

import queue
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

CONNECTIONS = 4
MOST_SECONDS = 20.0  # per kind of request; slow ones are sent less often


class UnexpectedAnswerError(Exception):
    """A request got an unexpected status, so its time is invalid."""


@dataclass(frozen=True)
class Call:
    """One HTTP request and the expected status."""

    path: str  # with its query string, below the API's URL
    method: str = "GET"
    body: bytes | None = None
    status: int = 200


@dataclass(frozen=True)
class Asked:
    """The milliseconds of each request and the seconds of all together."""

    milliseconds: list[float]
    seconds: float


@dataclass(frozen=True)
class Api:
    """An API: its URL and the headers of every request."""

    url: str
    headers: Mapping[str, str]

    def ask(self, calls: Sequence[Call], most_seconds: float = MOST_SECONDS) -> Asked:
        """Send the calls, four at a time, until all are answered or time runs out."""
        waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()
        for call in calls:
            waiting.put(call)
        began = time.perf_counter()
        until = began + most_seconds
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            askers = [pool.submit(self._ask_all, waiting, until) for _ in range(CONNECTIONS)]
            found = [milliseconds for asker in askers for milliseconds in asker.result()]
        return Asked(found, time.perf_counter() - began)

    def _ask_all(self, waiting: "queue.SimpleQueue[Call]", until: float) -> list[float]:
        address = urlsplit(self.url)
        with closing(HTTPConnection(address.hostname or "", address.port, 120)) as connection:
            found = []
            while time.perf_counter() < until:
                try:
                    call = waiting.get_nowait()
                except queue.Empty:
                    break
                found.append(self._ask_one(connection, address.path.rstrip("/"), call))
        return found

    def _ask_one(self, connection: HTTPConnection, root: str, call: Call) -> float:
        headers = dict(self.headers)
        if call.body:
            headers["Content-Type"] = "application/json"
        began = time.perf_counter()
        connection.request(call.method, root + call.path, call.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        milliseconds = 1000 * (time.perf_counter() - began)
        if answer.status != call.status:
            raise UnexpectedAnswerError(f"{call}: {answer.status} {body[:300]!r}")
        return milliseconds
