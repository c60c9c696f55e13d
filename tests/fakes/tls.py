"""TLS for a PostgreSQL that was built without it, to test which servers the client trusts."""

import contextlib
import select
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

_ASKS_FOR_TLS = 80877103
_ASKS_FOR_GSS = 80877104


@contextlib.contextmanager
def serve_tls(server: tuple[str, int], certificate: Path) -> Iterator[int]:
    """Yield a loopback port that relays TLS to `server`, with `certificate` and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, context, server), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, context: ssl.SSLContext, server: tuple[str, int]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_relay, args=(client, context, server), daemon=True).start()


def _relay(client: socket.socket, context: ssl.SSLContext, server: tuple[str, int]) -> None:
    with (
        client,
        contextlib.suppress(OSError, struct.error),
    ):  # a client that rejects the certificate
        while (asked := struct.unpack("!II", client.recv(8))[1]) == _ASKS_FOR_GSS:
            client.sendall(b"N")
        if asked != _ASKS_FOR_TLS:
            return  # as with rds.force_ssl
        client.sendall(b"S")
        with (
            context.wrap_socket(client, server_side=True) as secured,
            socket.create_connection(server) as upstream,
        ):
            _pump(secured, upstream)


def _pump(client: ssl.SSLSocket, server: socket.socket) -> None:
    others = {client: server, server: client}
    while True:
        waiting = [client] if client.pending() else select.select([client, server], [], [])[0]
        for source in waiting:
            received = source.recv(65536)
            if not received:
                return
            others[source].sendall(received)
