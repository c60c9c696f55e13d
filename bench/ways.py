"""The measured ways to import a file, each a function of a server and a file."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bench.server import Server

_SCRIPT = Path(__file__).parent / "by_hand.sql"

# With the products of the file as psql imports them; as it was before; without missing products.
Leaves = Literal["imported", "before", "snapshot"]


@dataclass(frozen=True)
class Run:
    """One import: its seconds, the peak memory of its workers, and its counts."""

    seconds: float
    peak_rss_bytes: int = 0  # 0: not measured
    wal_bytes: int = 0
    database_seconds: float = 0.0  # of PostgreSQL's processor time
    worker_seconds: float = 0.0  # of the processor time of psql or of the workers
    counts: dict[str, int] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)  # seconds


@dataclass(frozen=True)
class Way:
    """A way to import; one that cannot reject gets the file without invalid records.

    `prepare` runs before the time is taken. `leaves`: the catalogue that it leaves.
    """

    name: str
    run: Callable[[Server, Path], Run]
    rejects: bool
    prepare: Callable[[Server, Path], None] = lambda _server, _path: None
    leaves: Leaves = "imported"


def import_by_hand(server: Server, path: Path) -> Run:
    """Import with psql: COPY into a temporary table and one INSERT ... ON CONFLICT DO UPDATE."""
    return run_script(server, _SCRIPT, path)


def run_script(server: Server, script: Path, path: Path) -> Run:
    """Run a script of psql that reads `path`."""
    command, environment = server.psql()
    began, worker_seconds = time.perf_counter(), _read_children_seconds()
    with path.open("rb") as file:
        subprocess.run([*command, "-f", str(script)], env=environment, stdin=file, check=True)
    seconds = time.perf_counter() - began
    return Run(seconds, worker_seconds=_read_children_seconds() - worker_seconds)


def _read_children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def import_by_django(server: Server, path: Path) -> Run:
    """Import with Django: csv.DictReader into a dict, then bulk_create in batches of 1,000."""
    command = [sys.executable, "-m", "bench.django_importer", str(path)]
    environment = os.environ | server.environment()
    found = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return Run(**json.loads(found.stdout))


BY_HAND = Way("by-hand", import_by_hand, rejects=False)
DJANGO = Way("django", import_by_django, rejects=False)
