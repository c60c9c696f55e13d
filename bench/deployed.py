"""Import through the deployed local stack; time it from the end of the upload to COMPLETED."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import Server, steady
from bench.ways import Run, Way
from infra.demo.client import FINAL, ImportClient
from infra.local import stack
from infra.local.postgres import EmbeddedPostgres

_POLL_SECONDS = 0.05


@contextmanager
def start_stack(folder: Path) -> Iterator[tuple[Server, stack.Addresses]]:
    """Start and deploy a separate stack under `folder`; yield its server and addresses."""
    try:
        addresses = stack.start(folder)
        yield steady(Server(EmbeddedPostgres(folder / "postgres"), folder)), addresses
    finally:
        stack.remove(folder)


@contextmanager
def run_stack(folder: Path) -> Iterator[tuple[Server, Way]]:
    """Start a stack; yield its server and a way to import through it."""
    with start_stack(folder) as (server, addresses):
        client = ImportClient(addresses.api_url, addresses.api_key)
        yield server, Way("stack", lambda _, path: import_through(client, path), rejects=True)


def import_through(client: ImportClient, path: Path) -> Run:
    """Import a file through the API."""
    last_byte_at = 0.0

    def note(_: int) -> None:
        nonlocal last_byte_at
        last_byte_at = time.perf_counter()

    created = client.create_import(path.name, path.stat().st_size)
    client.upload(created, path, note)
    while (job := client.get_job(created["job_id"]))["status"] not in FINAL:
        time.sleep(_POLL_SECONDS)
    seconds = time.perf_counter() - last_byte_at
    if job["status"] != "COMPLETED":
        raise RuntimeError(f"the import ended as {job['status']}: {job['error']}")
    return Run(seconds, counts=job["counts"])
