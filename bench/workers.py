"""Run the product's step functions in worker processes.

Files and memory replace S3 and DynamoDB, so nothing else slows down the steps and PostgreSQL. The
workers are warm, like Lambdas that have run before.
"""

import importlib
import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.memory import read_peak_rss
from bench.parts import FolderS3, NoSubscriptions, OneJob
from bench.server import Server
from bench.ways import Run
from chalicelib.bootstrap import services
from chalicelib.jobs.models import Job

WORKERS = 2  # the concurrency of the state machine's maps
BUCKET = "bench"

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

    def describe(self, seconds: float) -> Run:
        """Return the run that these workers made in `seconds`."""
        return Run(
            seconds,
            self.peak_rss_bytes,
            worker_seconds=sum(self.processor_seconds.values()),
            counts=self.counts,
            phases=self.seconds,
        )


def settings_of(server: Server) -> dict[str, str]:
    """Return the settings of the product's functions on this server."""
    return server.environment() | _SETTINGS


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


def expect(outcome: str, result: Event) -> Event:
    """Return a step's result; raise RuntimeError if it has another outcome."""
    if result["outcome"] != outcome:
        raise RuntimeError(f"a step returned {result} instead of {outcome}")
    return result


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
    "BUCKET": BUCKET,
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
