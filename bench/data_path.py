"""Import a file with the product's steps, in the order of the state machine."""

import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.server import Server
from bench.ways import Run, Way
from bench.workers import BUCKET, NO_JOURNAL, Event, Settings, Workers, expect, start_workers
from chalicelib.imports.job import ImportJob
from chalicelib.jobs.models import new_job_id

STEPS = "chalicelib.imports.steps.handlers"


def import_by_data_path(
    server: Server,
    path: Path,
    steps: str = STEPS,
    options: Event | None = None,
    settings: Settings | None = None,
) -> Run:
    """Import `path` with two workers; time it from the start of the first step to the end."""
    seconds, workers = run_import(server, path, steps, options, settings)
    return workers.describe(seconds)


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
        job = upload(path, Path(folder), options or {})
        if keeps_changes:  # decided for all workers: each has a copy of the job
            job = replace(job, keeps_changes=True, has_begun_merge=True)
        with start_workers(server, Path(folder), job, steps, settings) as workers:
            began = time.perf_counter()
            merge_staged(workers, stage(workers))
            return time.perf_counter() - began, workers


def upload(path: Path, folder: Path, options: Event) -> ImportJob:
    """Return the job of an import of `path`, which becomes an object in `folder`."""
    job = _make_job(path, options)
    uploaded = folder / "uploads" / job.job_id
    uploaded.parent.mkdir()
    uploaded.symlink_to(path)
    return job


def stage(workers: Workers) -> Event:
    """Run the steps up to CheckStage; return its result."""
    spans = expect("ready", workers.run("inspect_source"))["spans"]
    scanned = workers.map("scan_span", ({"span": n} for n in spans))
    planned = expect("ready", workers.run("plan_ranges", results=scanned))
    staged = workers.map("stage_range", ({"range": n} for n in planned["ranges"]))
    return workers.run("check_stage", results=staged, round=planned["round"])


def merge_staged(workers: Workers, checked: Event) -> None:
    """Merge all key ranges and finish; `checked`: what CheckStage returned."""
    _finish(workers, expect("merge", checked), ("merge_key_range", "finish_import", "completed"))


def compare_staged(workers: Workers, checked: Event) -> None:
    """Plan all key ranges and finish the plan."""
    _finish(workers, expect("compare", checked), ("compare_key_range", "finish_plan", "planned"))


def _finish(workers: Workers, checked: Event, names: tuple[str, str, str]) -> None:
    step, last, outcome = names
    done = workers.map(step, ({"key_range": n} for n in checked["key_ranges"]))
    expect(outcome, workers.run(last, results=done, round=checked["round"]))


def _make_job(path: Path, options: Event) -> ImportJob:
    now, size_bytes = datetime.now(UTC), path.stat().st_size
    job_id = new_job_id(now)
    source = {
        "bucket": BUCKET,
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


DATA_PATH = Way("data-path", import_by_data_path, rejects=True)
UNJOURNALED = Way(
    "no-journal",
    lambda server, path: import_by_data_path(server, path, settings=NO_JOURNAL),
    rejects=True,
)
