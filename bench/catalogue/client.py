"""A small HTTP client that has four requests on their way at any time."""

import queue
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

CONNECTIONS = 4
MOST_SECONDS = 20.0  # of one kind of request; the slow ones are asked less often


class UnexpectedAnswerError(Exception):
    """A request was not answered as it should be: its time means nothing."""


@dataclass(frozen=True)
class Asked:
    """The milliseconds of each request, and the seconds of all."""

    milliseconds: list[float]
    seconds: float


@dataclass(frozen=True)
class Api:
    """An API by its address and what every request carries."""

    url: str
    headers: Mapping[str, str]

    def ask(
        self, paths: Sequence[str], status: int = 200, most_seconds: float = MOST_SECONDS
    ) -> Asked:
        """Get each path, four at a time, until all are answered or the time is over."""
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for path in paths:
            waiting.put(path)
        began = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            until = began + most_seconds
            askers = [pool.submit(self._ask_all, waiting, status, until) for _ in range(CONNECTIONS)]
            found = [milliseconds for asker in askers for milliseconds in asker.result()]
        return Asked(found, time.perf_counter() - began)

    def _ask_all(self, waiting: "queue.SimpleQueue[str]", status: int, until: float) -> list[float]:
        address = urlsplit(self.url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=120)
        found = []
        while time.perf_counter() < until:
            try:
                path = waiting.get_nowait()
            except queue.Empty:
                break
            began = time.perf_counter()
            connection.request("GET", address.path.rstrip("/") + path, headers=dict(self.headers))
            answer = connection.getresponse()
            body = answer.read()
            found.append(1000 * (time.perf_counter() - began))
            if answer.status != status:
                raise UnexpectedAnswerError(f"{path}: {answer.status} {body[:300]!r}")
        connection.close()
        return found
