"""Plans of imports and their apply, beside psql by hand and an import without a plan."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.data_path import DATA_PATH, STEPS, compare_staged, merge_staged, stage, upload
from bench.measure import CHANGED, INITIAL, Bench, Files, Say, Summary
from bench.server import Server
from bench.ways import Run, Way
from bench.workers import start_workers
from chalicelib.imports.job import ImportJob
from chalicelib.imports.planning import make_plan
from chalicelib.jobs.transitions import begin_again


def plan_by_steps(server: Server, path: Path) -> Run:
    """Plan the import of a file with two workers."""
    with tempfile.TemporaryDirectory() as folder:
        return _plan(server, Path(folder), _upload(path, Path(folder)))


class _Apply:
    """The apply of a plan, which is made before its time is taken."""

    def __init__(self) -> None:
        self._job: ImportJob | None = None
        self._kept = ExitStack()  # the folder of the job's files

    def prepare(self, server: Server, path: Path) -> None:
        folder = self._folder = Path(self._kept.enter_context(tempfile.TemporaryDirectory()))
        self._job = _upload(path, folder)
        _plan(server, folder, self._job)

    def run(self, server: Server, _: Path) -> Run:
        if self._job is None:
            raise RuntimeError("no plan was made")
        with self._kept, start_workers(server, self._folder, _apply(self._job), STEPS) as workers:
            began = time.perf_counter()
            planned = workers.run("plan_ranges", results=[])
            checked = workers.run("check_stage", results=[], round=planned["round"])
            merge_staged(workers, checked)
            return workers.describe(time.perf_counter() - began)


def _upload(path: Path, folder: Path) -> ImportJob:
    return replace(upload(path, folder, {}), apply="manual")


def _plan(server: Server, folder: Path, job: ImportJob) -> Run:
    with start_workers(server, folder, job, STEPS) as workers:
        began = time.perf_counter()
        compare_staged(workers, stage(workers))
        # The counts are those of an apply.
        return replace(workers.describe(time.perf_counter() - began), counts={})


def _apply(job: ImportJob) -> ImportJob:
    """Return the job as the workflow that applies its plan claims it."""
    now = datetime.now(UTC)
    again = begin_again(replace(job, plan=make_plan({}, now), applying={"on_drift": "fail"}), now)
    return replace(again, status="PROCESSING", phase="claim", started_at=now)


def plan_ways() -> list[Way]:
    """Return a plan and an apply as ways."""
    apply = _Apply()
    return [
        Way("plan", plan_by_steps, rejects=True, leaves="before"),
        Way("apply", apply.run, rejects=True, prepare=apply.prepare),
    ]


def measure_plans(
    server: Server, folder: Path, records: int, pairs: int, say: Say
) -> Iterator[tuple[Bench, list[Summary]]]:
    """Measure a plan, its apply, and an import without a plan, against psql by hand."""
    bench = Bench(server, Files(folder, records), say)
    bench.prepare(loaded=True)
    yield bench, bench.measure("plans", [*plan_ways(), DATA_PATH], pairs, [INITIAL, CHANGED])
