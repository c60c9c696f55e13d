"""Webhook receivers in separate processes that can be killed: faulty, healthy, dead."""

import multiprocessing
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

_CONTEXT = multiprocessing.get_context("spawn")
SLOW_SECONDS = 5.0


@dataclass(frozen=True)
class Faults:
    """The shares of requests at which a receiver fails or is slow."""

    failing: float = 0.0
    slow: float = 0.0


@dataclass
class ReceiverProcess:
    """A receiver on loopback that records each message before it answers 200."""

    log: Path
    faults: Faults = field(default_factory=Faults)
    secret: str = ""
    port: int = 0

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.log.touch()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._read_to, self._taken = 0, list[tuple[str, float]]()

    @property
    def url(self) -> str:
        """Return the URL."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start or restart it on the same port."""
        arguments = (self.port, str(self.log), self.secret, self.faults)
        self._process = _CONTEXT.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        limit = time.monotonic() + 20
        while not self._listens():
            if time.monotonic() > limit:
                raise RuntimeError("the receiver does not start")
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill it."""
        if self._process:
            self._process.kill()
            self._process.join()
            self._process = None

    def taken(self) -> list[tuple[str, float]]:
        """Return the message ids and times that it recorded, in order."""
        with self.log.open(encoding="ascii") as handle:
            handle.seek(self._read_to)
            while (line := handle.readline()).endswith("\n"):  # the last line may be incomplete
                name, at = line.split()
                self._taken.append((name, float(at)))
                self._read_to = handle.tell()
        return self._taken

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class BlackHole:
    """A receiver that accepts connections and never answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._held: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the URL."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    @property
    def connections(self) -> int:
        """Return the number of connections."""
        return len(self._held)

    def close(self) -> None:
        """Close all connections."""
        self._listener.close()
        for held in self._held:
            held.close()

    def _take(self) -> None:
        while True:
            try:
                self._held.append(self._listener.accept()[0])
            except OSError:
                return


# The functions below run in the receiver's process.


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, take: Callable[["_Handler", str], int], *given: object) -> None:
        self._take = take
        super().__init__(*given)  # type: ignore[arg-type]  # as the server calls it

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.close_connection = True
        self.send_response(self._take(self, body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # its name there
        """Log nothing."""


def _serve(port: int, log: str, secret: str, faults: Faults) -> None:
    lock = threading.Lock()
    handle = Path(log).open("a", encoding="ascii", buffering=1)  # noqa: SIM115  # stays open until the process is killed

    def take(request: _Handler, body: str) -> int:
        chance = random.random()
        if chance < faults.failing:
            return 500
        if chance < faults.failing + faults.slow:
            time.sleep(SLOW_SECONDS)
        try:
            Verifier(secret).verify(body, dict(request.headers.items()))
        except WebhookVerificationError:
            return 401
        with lock:
            handle.write(f"{request.headers['webhook-id']} {time.time():.3f}\n")
        return 200

    _Server(("127.0.0.1", port), partial(_Handler, take)).serve_forever(poll_interval=0.1)
