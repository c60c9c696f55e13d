"""The measured ways to import a file, each a function of a server and a file."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.server import Server

_SCRIPT = Path(__file__).parent / "by_hand.sql"


@dataclass(frozen=True)
class Run:
    """One import: its seconds, the peak memory of its workers, and its counts."""

    seconds: float
    peak_rss_bytes: int = 0  # 0: not measured
    wal_bytes: int = 0
    database_seconds: float = 0.0  # of PostgreSQL's processor time
    counts: dict[str, int] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)  # seconds


@dataclass(frozen=True)
class Way:
    """A way to import; one that cannot reject gets the file without invalid records."""

    name: str
    run: Callable[[Server, Path], Run]
    rejects: bool


def import_by_hand(server: Server, path: Path) -> Run:
    """Import with psql: COPY into a temporary table and one INSERT ... ON CONFLICT DO UPDATE."""
    command, environment = server.psql()
    began = time.perf_counter()
    with path.open("rb") as file:
        subprocess.run([*command, "-f", str(_SCRIPT)], env=environment, stdin=file, check=True)
    return Run(time.perf_counter() - began)


def import_by_django(server: Server, path: Path) -> Run:
    """Import with Django: csv.DictReader into a dict, then bulk_create in batches of 1,000."""
    command = [sys.executable, "-m", "bench.django_importer", str(path)]
    environment = os.environ | server.environment()
    found = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return Run(**json.loads(found.stdout))


BY_HAND = Way("by-hand", import_by_hand, rejects=False)
DJANGO = Way("django", import_by_django, rejects=False)
