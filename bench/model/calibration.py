"""Derive the cost of one record from the benchmark on this machine.

The benchmark saves the seconds of each phase, with two workers and PostgreSQL on two cores. So each
second of a phase has two core-seconds. The workers' processor time (shares.json) is measured; the
rest counts as the database's, including idle time.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.catalogue.results import LARGE, CatalogueResults, Load
from bench.measure import Summary
from bench.results import Results
from bench.workers import WORKERS

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "benchmark.json"
CATALOGUE = ROOT / "docs" / "benchmark-catalogue.json"
SHARES = Path(__file__).with_name("shares.json")
CORES = 2  # of the machine named in the results
BYTES_PER_RECORD = 69_700_000 / 500_000  # of the benchmark's files
_SERIAL = ("inspect_source", "plan_ranges", "check_stage", "finish_import")


@dataclass(frozen=True)
class Shares:
    """Core-seconds of the workers by step, for an import in one scenario."""

    records: int
    worker_seconds: dict[str, float]

    @classmethod
    def read(cls, scenario: str, path: Path = SHARES) -> Self:
        """Return the measurements of `python -m bench.model --measure`."""
        return cls(**json.loads(path.read_text(encoding="utf-8"))["scenarios"][scenario])


@dataclass(frozen=True)
class Effort:
    """Core-seconds of one record, and its bytes of write-ahead log."""

    scan: float
    stage_worker: float
    stage_database: float
    merge_worker: float
    merge_database: float
    serial: float  # of the steps that run alone
    wal_bytes: float


def read_effort(scenario: str, results: Results | None = None) -> Effort:
    """Return the cost of a record in a scenario."""
    measured = _find(results or Results.read(RESULTS), "server", scenario, "data-path")
    shares = Shares.read(scenario)
    worker = {step: shares.worker_seconds[step] / shares.records for step in shares.worker_seconds}
    whole = {step: WORKERS * s / measured.records for step, s in measured.phases.items()}
    return Effort(
        scan=whole["scan_span"],
        stage_worker=worker["stage_range"],
        stage_database=max(0.0, whole["stage_range"] - worker["stage_range"]),
        merge_worker=worker["merge_key_range"],
        merge_database=max(0.0, whole["merge_key_range"] - worker["merge_key_range"]),
        serial=sum(measured.phases[step] for step in _SERIAL) / measured.records,
        wal_bytes=measured.wal_bytes / measured.records,
    )


def read_large_load() -> Load:
    """Return the largest measured import into an empty catalogue with its indexing."""
    loads = CatalogueResults.read(CATALOGUE).loads
    return next(load for load in loads if (load.part, load.scenario) == (LARGE, "initial"))


def read_index_effort() -> float:
    """Return the core-seconds of a record's document, of worker and database together."""
    load = read_large_load()
    return CORES * load.index_seconds / load.records


def seconds_here(effort: Effort, records: int) -> float:
    """Return the seconds of an import on the benchmark's machine, where all share its cores."""
    parallel = effort.scan + effort.stage_worker + effort.stage_database
    parallel += effort.merge_worker + effort.merge_database
    return records * (parallel / CORES + effort.serial)


def seconds_on_the_stack(effort: Effort, records: int, results: Results | None = None) -> float:
    """Return the seconds through the deployed stack here, emulator included.

    The emulator's overhead was measured with an import into an empty catalogue. It depends on the
    steps, not on the records, so it is the same for every file of that length.
    """
    found = results or Results.read(RESULTS)
    stack = _find(found, "stack", "initial", "stack")
    steps = _find(found, "server", "initial", "data-path")
    return seconds_here(effort, records) + stack.seconds - steps.seconds


def _find(results: Results, part: str, scenario: str, way: str) -> Summary:
    found = results.find(part, scenario, way)
    if found is None:
        raise LookupError(f"{part}, {scenario}, {way} was never measured: make bench")
    return found
