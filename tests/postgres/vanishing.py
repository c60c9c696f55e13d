"""A proxy in front of PostgreSQL whose host can vanish: packets get no answer, not even a reset."""

import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import addressof, create_string_buffer

_SO_ATTACH_FILTER = 26  # of Linux; the module `socket` doesn't have it
_RETURN = 0x06  # the BPF instruction that ends a filter, here with 0 bytes to keep


class VanishingHost:
    """Passes bytes between clients and a server, until it vanishes."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._has_vanished = threading.Event()

    def vanish(self) -> None:
        """Drop all packets from now on, in both directions, and accept no connection.

        The kernel drops what arrives before it acknowledges it, as if nobody was there.
        """
        self._has_vanished.set()
        for pair in self._pairs:
            for end in pair:
                _drop_packets(end)
        _drop_packets(self._listener)

    def serve(self) -> None:
        """Accept clients until the listener is closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            pair = client, socket.create_connection(self._server)
            self._pairs.append(pair)
            threading.Thread(target=self._relay, args=pair, daemon=True).start()

    def close(self) -> None:
        """Close all sockets."""
        self._has_vanished.set()
        for end in [self._listener, *(end for pair in self._pairs for end in pair)]:
            end.close()

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while not self._has_vanished.is_set():
                for key, _ in selector.select(timeout=0.05):
                    received = key.fileobj.recv(65536)  # type: ignore[union-attr]  # a socket
                    if not received:
                        key.data.shutdown(socket.SHUT_WR)
                        return
                    key.data.sendall(received)


def _drop_packets(end: socket.socket) -> None:
    instruction = create_string_buffer(struct.pack("HBBI", _RETURN, 0, 0, 0))
    program = struct.pack("HL", 1, addressof(instruction))
    end.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


@contextmanager
def vanishing_host(server: tuple[str, int]) -> Iterator[VanishingHost]:
    """Yield a host that passes everything on to `server`, a host and a port."""
    host = VanishingHost(server)
    threading.Thread(target=host.serve, daemon=True).start()
    try:
        yield host
    finally:
        host.close()
