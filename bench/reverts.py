"""Measure reverts of imports, each beside the import that it takes back.

python -m bench.reverts --records 500000 --pairs 3
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.data_path import expect, run_import, start_workers
from bench.databases import EMPTY, LOADED, begin_with, keep, make_empty
from bench.server import CATALOGUE, Server, run_server
from bench.updates import write_plain
from chalicelib.jobs.models import Job, new_job_id
from chalicelib.products.batches.ledger import keep_request
from chalicelib.products.reverts.job import RevertJob
from chalicelib.products.reverts.reversion import Reversion
from chalicelib.products.reverts.target import Target
from infra.local.ephemeral import ephemeral_folder

_STEPS = "chalicelib.products.batches.steps"
SCENARIOS = ("created", "updated", "mixed")


def write_changed(records: int, first: int = 0) -> Iterator[str]:
    """Yield the lines of a file whose records, numbered from `first`, have new prices."""
    yield "sku,name,description,price,quantity,active"
    for n in range(first, first + records):
        yield f"SKU-{n:07},Product {n},Text of product {n},{n % 1000}.75,{n % 500},true"


def _write(path: Path, lines: Iterator[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def preview(server: Server, target: Target) -> float:
    """Return the seconds of a dry run, with its check of the journal."""
    began = time.perf_counter()
    catalogue = server.postgres.application(CATALOGUE)
    with server.open(catalogue) as connection, connection.cursor() as cursor:
        target.count(cursor)
        Reversion(target, "keep").preview(cursor)
    return time.perf_counter() - began


def revert(server: Server, target: Target) -> tuple[float, dict[str, float], dict[str, int]]:
    """Revert with two workers; return the seconds, those of each step, and the counts."""
    now = datetime.now(UTC)
    job = RevertJob(job_id=new_job_id(now), reverts=target.job_id, created_at=now, updated_at=now)
    with server.open(server.postgres.application(CATALOGUE)) as connection:
        keep_request(connection, job.job_id, target.to_json())
    job = replace(job, status="PROCESSING", phase="claim", started_at=now)
    with (
        tempfile.TemporaryDirectory() as folder,
        start_workers(server, Path(folder), job, _STEPS) as workers,
    ):
        began = time.perf_counter()
        key_ranges = expect("run", workers.run("plan_batches"))["key_ranges"]
        done = workers.map("run_key_range", ({"key_range": n} for n in key_ranges))
        expect("completed", workers.run("finish_batch_job", results=done))
        seconds = time.perf_counter() - began
    return seconds, workers.seconds, workers.counts


def _measure(
    server: Server, folder: Path, scenario: str, records: int, pairs: int
) -> Iterator[str]:
    first = {"created": records, "updated": 0, "mixed": records // 2}[scenario]
    path = _write(folder / f"{scenario}.csv", write_changed(records, first))
    ratios = []
    for _ in range(pairs):
        begin_with(server, LOADED)
        began = datetime.now(UTC)
        imported, workers = run_import(server, path)
        target = Target.of_job(_ended(workers.job, began))
        dry = preview(server, target)
        reverted, phases, counts = revert(server, target)
        ratios.append(reverted / imported)
        yield (
            f"  {scenario}: import {imported:6.2f} s  revert {reverted:6.2f} s "
            f" {ratios[-1]:.2f}  dry run {dry:.2f} s  {counts}"
        )
        yield f"    { ({name: round(seconds, 2) for name, seconds in phases.items()}) }"
    yield f"  {scenario}: median ratio {median(ratios):.2f}"


def _ended(job: Job, began: datetime) -> Job:
    return replace(job, status="COMPLETED", created_at=began, finished_at=datetime.now(UTC))


def main() -> int:
    """Measure the chosen scenarios and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--only", choices=SCENARIOS, action="append")
    given = parser.parse_args()
    with ephemeral_folder() as folder, run_server(folder / "reverts") as server:
        make_empty(server)
        begin_with(server, EMPTY)
        run_import(server, _write(folder / "before.csv", write_plain(given.records)))
        keep(server, LOADED)
        for scenario in given.only or SCENARIOS:
            for line in _measure(server, folder, scenario, given.records, given.pairs):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
