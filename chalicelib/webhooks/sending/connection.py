"""An adapter for `requests` that connects to one checked address within one deadline."""

import contextlib
import socket
from threading import Timer
from time import monotonic
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from chalicelib.webhooks.sending.addresses import Address, Target


class Deadline:
    """A time limit after which the connection is shut down.

    A socket's timeout restarts with every byte, so a receiver that sends one byte at a time could
    hold the worker indefinitely.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends_at = monotonic() + seconds
        self._timer: Timer | None = None
        self.has_connected = False

    @property
    def left(self) -> float:
        """The seconds left, always more than 0: a socket with timeout 0 doesn't block."""
        return max(self._ends_at - monotonic(), 0.001)

    @property
    def has_passed(self) -> bool:
        """Whether the deadline has passed."""
        return monotonic() >= self._ends_at

    def watch(self, connected: socket.socket) -> None:
        """Shut this connection down at the deadline."""
        self.has_connected = True
        self._timer = Timer(self.left, _shut_down, [connected])
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """Stop watching the connection."""
        if self._timer:
            self._timer.cancel()


class PinnedAdapter(HTTPAdapter):
    """Connects to `address` whatever the URL's host is; TLS still uses and verifies the host.

    It doesn't resolve the host again, use a proxy, retry or follow redirects.
    """

    def __init__(self, target: Target, address: Address, deadline: Deadline) -> None:
        super().__init__(max_retries=0)
        self._target, self._address, self.deadline = target, address, deadline
        self._pool: HTTPConnectionPool | None = None

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the pool with the one connection; `requests` calls this before it sends."""
        address, port, host = str(self._address), self._target.port, self._target.host
        if self._target.scheme == "http":
            self._pool = HTTPConnectionPool(address, port)
            self._pool.ConnectionCls = _WatchedConnection
        else:
            self._pool = HTTPSConnectionPool(
                address, port, server_hostname=host, assert_hostname=host
            )
            self._pool.ConnectionCls = _WatchedTlsConnection
        self._pool.conn_kw["deadline"] = self.deadline
        return self._pool

    def close(self) -> None:
        """Close the connection."""
        super().close()
        if self._pool:
            self._pool.close()


class _WatchedConnection(HTTPConnection):
    def __init__(self, *arguments: Any, deadline: Deadline, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


class _WatchedTlsConnection(HTTPSConnection):
    def __init__(self, *arguments: Any, deadline: Deadline, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()  # the connect timeout covers the whole handshake
        self._deadline.watch(self.sock)


def _shut_down(connected: socket.socket) -> None:
    # Not SSLSocket.shutdown: it drops the TLS state that another thread is reading with.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
