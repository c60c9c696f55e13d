"""A connection of `requests` that goes to one checked address and has one deadline over all."""

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
    """A moment after which the connection is cut, whatever it is doing.

    Time-outs of sockets begin anew with every byte: a receiver that drips would hold us for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends_at = monotonic() + seconds
        self._timer: Timer | None = None
        self.has_connected = False

    @property
    def left(self) -> float:
        """The seconds left; never quite none, for a socket takes 0 for something else."""
        return max(self._ends_at - monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return monotonic() >= self._ends_at

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection when the time is over."""
        self.has_connected = True
        self._timer = Timer(self.left, _cut, [connected])
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """Cut nothing any more."""
        if self._timer:
            self._timer.cancel()


class PinnedAdapter(HTTPAdapter):
    """Sends to `address` whatever the URL's host is; TLS is spoken with, and checked for, the host.

    Nothing is resolved again, no proxy is asked, nothing is tried twice and no redirect followed.
    """

    def __init__(self, target: Target, address: Address, deadline: Deadline) -> None:
        super().__init__(max_retries=0)
        self._target, self._address, self.deadline = target, address, deadline
        self._pool: HTTPConnectionPool | None = None

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the one connection there is; `requests` asks for it before it sends."""
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
        super().connect()  # a handshake as a whole ends by the time-out of connecting
        self._deadline.watch(self.sock)


def _cut(connected: socket.socket) -> None:
    # The plain socket's own: that of TLS would also forget what another thread is reading with.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
