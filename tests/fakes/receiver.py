"""A receiver of webhooks on this machine, whose behaviours include faults of real receivers."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

from standardwebhooks import Webhook as Verifier


@dataclass(frozen=True)
class Received:
    """A received request."""

    path: str
    headers: Mapping[str, str]
    body: str
    at: float

    def verify(self, secret: str) -> dict[str, object]:
        """Return the payload; raises WebhookVerificationError if the signature is invalid."""
        payload: dict[str, object] = Verifier(secret).verify(self.body, dict(self.headers))
        return payload


Behaviour = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """A request at a receiver, with methods that answer it."""

    protocol_version = "HTTP/1.1"
    receiver: "Receiver"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.close_connection = True
        received = Received(self.path, dict(self.headers.items()), body, monotonic())
        behaviour = self.receiver.take(received)
        with suppress(OSError):
            behaviour(self)

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a whole response."""
        self.begin(status, {"Content-Length": str(len(body)), **headers})
        self.wfile.write(body)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the head of a response."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that disconnect and handshakes that fail."""


class Receiver:
    """Answers each request by the next of `behaviours`; the last one is repeated."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.requests: list[Received] = []
        self._behaviours = list(behaviours) or [answer(200)]
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._scheme, self.port = "http", 0

    def start(self, port: int = 0, certificate: Path | None = None) -> "Receiver":
        """Listen on loopback, over TLS if `certificate` is a file with key and certificate."""
        handler = type("Handler", (Exchange,), {"receiver": self})
        self._server = _Server(("127.0.0.1", port), handler)
        self.port = self._server.server_port
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._scheme = "https"
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        arguments = {"poll_interval": 0.02}
        threading.Thread(target=self._server.serve_forever, kwargs=arguments, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening, like a receiver that is down."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        """The endpoint URL."""
        return f"{self._scheme}://127.0.0.1:{self.port}/hooks?for=me"

    def take(self, received: Received) -> Behaviour:
        """Record a request; return the behaviour that answers it."""
        with self._lock:
            self.requests.append(received)
            return self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]

    def behave(self, *behaviours: Behaviour) -> None:
        """Answer with these behaviours from now on."""
        with self._lock:
            self._behaviours = list(behaviours)

    def wait_for(self, number: int, seconds: float = 10) -> list[Received]:
        """Wait until `number` requests came; return all."""
        limit = monotonic() + seconds
        while len(self.requests) < number:
            assert monotonic() < limit, f"{len(self.requests)} of {number} requests came"
            sleep(0.02)
        return list(self.requests)


@contextmanager
def receiving(*behaviours: Behaviour, certificate: Path | None = None) -> Iterator[Receiver]:
    """Yield a receiver that listens while the block runs."""
    receiver = Receiver(*behaviours).start(certificate=certificate)
    try:
        yield receiver
    finally:
        receiver.stop()


def answer(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Send this response."""
    return lambda exchange: exchange.reply(status, body, **headers)


def silence(seconds: float) -> Behaviour:
    """Wait, then answer 200."""

    def behave(exchange: Exchange) -> None:
        sleep(seconds)
        exchange.reply(200)

    return behave


def drip_head(exchange: Exchange) -> None:
    """Send a head that never ends, a byte at a time."""
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(exchange)


def drip_body(exchange: Exchange) -> None:
    """Send a body that never ends, a byte at a time."""
    exchange.begin(200, {"Content-Length": "100000"})
    _drip(exchange)


def _drip(exchange: Exchange) -> None:
    for _ in range(600):
        exchange.wfile.write(b"x")
        exchange.wfile.flush()
        sleep(0.05)


def endless_body(exchange: Exchange) -> None:
    """Send a body without an end, until the client disconnects."""
    exchange.begin(200, {"Transfer-Encoding": "chunked"})
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    while True:
        exchange.wfile.write(piece)


def huge_body(exchange: Exchange) -> None:
    """Announce ten gigabytes and begin to send them."""
    exchange.begin(200, {"Content-Length": str(10 * 1024**3)})
    while True:
        exchange.wfile.write(b"x" * 0x10000)


def reset(exchange: Exchange) -> None:
    """Reset the connection without a response."""
    on = b"\x01\0\0\0\0\0\0\0"  # linger for no time: the peer sees a reset
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, on)
    exchange.connection.close()


def gibberish(exchange: Exchange) -> None:
    """Answer with something other than HTTP."""
    exchange.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n" * 3)
