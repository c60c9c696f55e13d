"""Run the product's step functions in worker processes, in the order of the state machine.

Files and memory replace S3 and DynamoDB, so nothing else slows down the steps and PostgreSQL. The
workers are warm, like Lambdas that have run before.
"""

import importlib
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.memory import read_peak_rss
from bench.parts import FolderS3, NoSubscriptions, OneJob
from bench.server import Server
from bench.ways import Run
from chalicelib.bootstrap import services
from chalicelib.imports.job import ImportJob
from chalicelib.jobs.models import Job, new_job_id

STEPS = "chalicelib.imports.steps.handlers"
WORKERS = 2  # the concurrency of the state machine's maps
_BUCKET = "bench"

Event = dict[str, Any]
Settings = dict[str, str]
NO_JOURNAL: Settings = {"UNDO_DAYS": "0"}


@dataclass(frozen=True)
class Answer:
    """A step's result, its worker's peak memory, and the worker's copy of the job."""

    result: Event
    worker: int
    peak_rss_bytes: int
    counts: dict[str, int]
    processor_seconds: float


class Workers:
    """Processes that run steps of one job; `steps` is the module of the step functions."""

    def __init__(self, pool: ProcessPoolExecutor, job: Job, steps: str) -> None:
        self._pool, self._steps = pool, steps
        self.job = job
        self._names = {"job_id": job.job_id, "attempt": job.attempt}
        self.peak_rss_bytes = 0
        self.counts: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self.processor_seconds: dict[str, float] = {}  # of the workers only

    def warm_up(self) -> None:
        """Wait until every worker has started and imported what it needs."""
        met: set[int] = set()
        while len(met) < WORKERS:
            met |= set(self._pool.map(_meet, range(WORKERS)))

    def run(self, step: str, **more: Any) -> Event:
        """Run one step."""
        return self.map(step, [more])[0]

    def map(self, step: str, items: Iterable[Event]) -> list[Event]:
        """Run a step for each item on all workers."""
        began = time.perf_counter()
        events = [self._names | item for item in items]
        name = f"{self._steps}:{step}"
        answers = list(self._pool.map(_run_step, [name] * len(events), events))
        self.peak_rss_bytes = max([self.peak_rss_bytes, *(a.peak_rss_bytes for a in answers)])
        self.counts = answers[-1].counts if answers else self.counts
        self.seconds[step] = time.perf_counter() - began
        self.processor_seconds[step] = sum(answer.processor_seconds for answer in answers)
        return [answer.result for answer in answers]


def settings_of(server: Server) -> dict[str, str]:
    """Return the settings of the product's functions on this server."""
    return server.environment() | _SETTINGS


def import_by_data_path(
    server: Server,
    path: Path,
    steps: str = STEPS,
    options: Event | None = None,
    settings: Settings | None = None,
) -> Run:
    """Import `path` with two workers; time it from the start of the first step to the end."""
    seconds, workers = run_import(server, path, steps, options, settings)
    return Run(seconds, workers.peak_rss_bytes, counts=workers.counts, phases=workers.seconds)


def run_import(
    server: Server,
    path: Path,
    steps: str = STEPS,
    options: Event | None = None,
    settings: Settings | None = None,
    *,
    keeps_changes: bool = False,
) -> tuple[float, Workers]:
    """Import `path`; return the seconds and the workers with their copies of the job.

    `keeps_changes`: write the changes file, as if a webhook subscribed to it.
    """
    with tempfile.TemporaryDirectory() as folder:
        job = _make_job(path, options or {})
        if keeps_changes:  # decided for all workers: each has a copy of the job
            job = replace(job, keeps_changes=True, has_begun_merge=True)
        uploaded = Path(folder) / "uploads" / job.job_id
        uploaded.parent.mkdir()
        uploaded.symlink_to(path)
        with start_workers(server, Path(folder), job, steps, settings) as workers:
            began = time.perf_counter()
            _run_workflow(workers)
            return time.perf_counter() - began, workers


@contextmanager
def start_workers(
    server: Server, folder: Path, job: Job, steps: str, settings: Settings | None = None
) -> Iterator[Workers]:
    """Yield warm workers for a job, with `folder` instead of S3; `settings` replace the usual."""
    environment = settings_of(server) | (settings or {})
    with ProcessPoolExecutor(
        WORKERS,
        multiprocessing.get_context("spawn"),
        initializer=_prepare,
        initargs=(environment, folder, job, steps),
    ) as pool:
        workers = Workers(pool, job, steps)
        workers.warm_up()
        yield workers


def _run_workflow(workers: Workers) -> None:
    spans = expect("ready", workers.run("inspect_source"))["spans"]
    scanned = workers.map("scan_span", ({"span": n} for n in spans))
    planned = expect("ready", workers.run("plan_ranges", results=scanned))
    staged = workers.map("stage_range", ({"range": n} for n in planned["ranges"]))
    checked = workers.run("check_stage", results=staged, round=planned["round"])
    key_ranges = expect("merge", checked)["key_ranges"]
    merged = workers.map("merge_key_range", ({"key_range": n} for n in key_ranges))
    expect("completed", workers.run("finish_import", results=merged, round=checked["round"]))


def expect(outcome: str, result: Event) -> Event:
    """Return a step's result; raise RuntimeError if it has another outcome."""
    if result["outcome"] != outcome:
        raise RuntimeError(f"a step returned {result} instead of {outcome}")
    return result


def _make_job(path: Path, options: Event) -> ImportJob:
    now, size_bytes = datetime.now(UTC), path.stat().st_size
    job_id = new_job_id(now)
    source = {
        "bucket": _BUCKET,
        "key": f"uploads/{job_id}",
        "etag": "none",
        "size_bytes": size_bytes,
    }
    return ImportJob(
        job_id=job_id,
        filename=path.name,
        size_bytes=size_bytes,
        options=options,
        upload={"method": "PUT"},
        created_at=now,
        updated_at=now,
        expires_at=None,
        status="PROCESSING",
        phase="claim",
        source=source,
        started_at=now,
    )


_SETTINGS = {
    "ACCOUNT_ID": "none",
    "JOBS_TABLE": "none",
    "KEYS_TABLE": "none",
    "PROFILES_TABLE": "none",
    "IDEMPOTENCY_TABLE": "none",
    "OUTBOX_TABLE": "none",
    "WEBHOOKS_TABLE": "none",
    "EVENTS_QUEUE_URL": "none",
    "DELIVERIES_QUEUE_URL": "none",
    "SLOW_DELIVERIES_QUEUE_URL": "none",
    "BUCKET": _BUCKET,
    "STAGE": "bench",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "ProductImporter",
}


# The functions below run in the workers.


def _prepare(environment: dict[str, str], folder: Path, job: Job, steps: str) -> None:
    """Set up a worker's settings, S3 and jobs, then import the steps."""
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # of the steps
    served = services()
    served.use_client("s3", FolderS3(folder))
    served.jobs = OneJob(job)
    served.subscribed_types = NoSubscriptions()
    importlib.import_module(steps)


def _meet(_: int) -> int:
    time.sleep(0.05)  # long enough for another worker to take the next call
    return os.getpid()


def _run_step(name: str, event: Event) -> Answer:
    module, step = name.split(":")
    function, began = getattr(importlib.import_module(module), step), time.process_time()
    result = function(event, None)
    processor_seconds = time.process_time() - began
    found = services().jobs.get(event["job_id"])
    counts = asdict(found.counts) if found else {}
    return Answer(result, os.getpid(), read_peak_rss(), counts, processor_seconds)
