"""Delete the whole catalogue with the product's steps, and with one statement in psql."""

import subprocess
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.databases import LOADED
from bench.measure import Scenario
from bench.server import CATALOGUE, Server
from bench.ways import Run, Way
from bench.workers import NO_JOURNAL, Settings, Workers, expect, start_workers
from chalicelib.jobs.models import new_job_id
from chalicelib.products.batches.ledger import keep_request
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.products.bulk_delete.requests import Selection

_STEPS = "chalicelib.products.batches.steps"
DELETED = Scenario("deleted", LOADED, 0.0)


def delete_by_hand(server: Server, _: Path) -> Run:
    """Delete all products with one DELETE in psql."""
    command, environment = server.psql()
    began = time.perf_counter()
    subprocess.run([*command, "-c", "DELETE FROM products"], env=environment, check=True)
    return Run(time.perf_counter() - began)


def delete_by_steps(server: Server, _: Path, settings: Settings | None = None) -> Run:
    """Delete with two workers; time it from the plan to the end of the last step."""
    job = _begin(server)
    with (
        tempfile.TemporaryDirectory() as folder,
        start_workers(server, Path(folder), job, _STEPS, settings) as workers,
    ):
        began = time.perf_counter()
        _run_workflow(workers)
        seconds = time.perf_counter() - began
    return workers.describe(seconds)


def _begin(server: Server) -> BulkDeleteJob:
    now = datetime.now(UTC)
    selection = Selection.model_validate({"all": True})
    job = BulkDeleteJob(
        job_id=new_job_id(now), selection=selection.describe(), created_at=now, updated_at=now
    )
    with server.open(server.postgres.application(CATALOGUE)) as connection:
        keep_request(connection, job.job_id, selection.to_json())
    return replace(job, status="PROCESSING", phase="claim", started_at=now)


def _run_workflow(workers: Workers) -> None:
    key_ranges = expect("run", workers.run("plan_batches"))["key_ranges"]
    deleted = workers.map("run_key_range", ({"key_range": n} for n in key_ranges))
    expect("completed", workers.run("finish_batch_job", results=deleted))


ONE_DELETE = Way("one-delete", delete_by_hand, rejects=False)
DELETE_STEPS = Way("delete-steps", delete_by_steps, rejects=False)
DELETE_UNJOURNALED = Way(
    "no-journal",
    lambda server, path: delete_by_steps(server, path, NO_JOURNAL),
    rejects=False,
)
