"""Reverts of imports, each beside the import that it takes back."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.data_path import run_import
from bench.databases import LOADED
from bench.measure import Bench, Say, Scenario, Summary
from bench.server import CATALOGUE, Server
from bench.updates import OneFile, import_way, load, write_lines
from bench.ways import Run, Way
from bench.workers import expect, start_workers
from chalicelib.jobs.models import new_job_id
from chalicelib.products.batches.ledger import keep_request
from chalicelib.products.reverts.job import RevertJob
from chalicelib.products.reverts.reversion import Reversion
from chalicelib.products.reverts.target import Target

_STEPS = "chalicelib.products.batches.steps"
# The share of the file's records whose products are in the catalogue.
_SCENARIOS = {"created": 0.0, "updated": 1.0, "mixed": 0.5}


def write_changed(records: int, first: int = 0) -> Iterator[str]:
    """Yield the lines of a file whose records, numbered from `first`, have new prices."""
    yield "sku,name,description,price,quantity,active"
    for n in range(first, first + records):
        yield f"SKU-{n:07},Product {n},Text of product {n},{n % 1000}.75,{n % 500},true"


class _Reverted:
    """An import that is reverted, once its time isn't taken any more."""

    def __init__(self) -> None:
        self._target: Target | None = None

    @property
    def target(self) -> Target:
        if self._target is None:
            raise RuntimeError("nothing was imported")
        return self._target

    def prepare(self, server: Server, path: Path) -> None:
        began = datetime.now(UTC)
        job = run_import(server, path)[1].job
        ended = replace(job, status="COMPLETED", created_at=began, finished_at=datetime.now(UTC))
        self._target = Target.of_job(ended)

    def revert(self, server: Server, _: Path) -> Run:
        """Revert with two workers."""
        job = _begin(server, self.target)
        with (
            tempfile.TemporaryDirectory() as folder,
            start_workers(server, Path(folder), job, _STEPS) as workers,
        ):
            began = time.perf_counter()
            key_ranges = expect("run", workers.run("plan_batches"))["key_ranges"]
            done = workers.map("run_key_range", ({"key_range": n} for n in key_ranges))
            expect("completed", workers.run("finish_batch_job", results=done))
            return replace(workers.describe(time.perf_counter() - began), counts={})

    def preview(self, server: Server, _: Path) -> Run:
        """Preview the revert, with its check of the journal."""
        began = time.perf_counter()
        catalogue = server.postgres.application(CATALOGUE)
        with server.open(catalogue) as connection, connection.cursor() as cursor:
            self.target.count(cursor)
            Reversion(self.target, "keep").preview(cursor)
        return Run(time.perf_counter() - began)


def _begin(server: Server, target: Target) -> RevertJob:
    now = datetime.now(UTC)
    job = RevertJob(job_id=new_job_id(now), reverts=target.job_id, created_at=now, updated_at=now)
    with server.open(server.postgres.application(CATALOGUE)) as connection:
        keep_request(connection, job.job_id, target.to_json())
    return replace(job, status="PROCESSING", phase="claim", started_at=now)


def revert_ways() -> list[Way]:
    """Return a revert and its dry run as ways."""
    reverted = _Reverted()
    return [
        Way("revert", reverted.revert, rejects=False, prepare=reverted.prepare, leaves="before"),
        Way("dry-run", reverted.preview, rejects=False, prepare=reverted.prepare),
    ]


def measure_reverts(
    server: Server, folder: Path, records: int, pairs: int, say: Say
) -> Iterator[tuple[Bench, list[Summary]]]:
    """Measure reverts of imports that create, that update, and that do both."""
    load(server, folder, records)
    for name, known in _SCENARIOS.items():
        first = round((1 - known) * records)
        path = write_lines(folder / f"{name}.csv", write_changed(records, first))
        bench, scenario = Bench(server, OneFile(path, records), say), Scenario(name, LOADED, 0.0)
        imported = import_way("data-path")
        yield bench, bench.measure("reverts", revert_ways(), pairs, [scenario], imported)
