"""Serve Django REST Framework with gunicorn during the measurement."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

GUNICORN_WORKERS = 2
_START_SECONDS = 30.0


@contextmanager
def serve_django(environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """Yield the URL of the catalogue in Django, on the database of `environment`."""
    port = _find_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", str(GUNICORN_WORKERS)]
    command += ["--bind", f"127.0.0.1:{port}", "bench.django_catalogue.wsgi"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=os.environ | dict(environment), stdout=output, stderr=output
        )
        try:
            _wait(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def _find_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with closing(socket.socket()) as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"gunicorn does not answer:\n{log.read_text()[-2000:]}")
