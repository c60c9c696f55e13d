"""Measure the share of the workers in an import's processor time (`--measure`).

The rest of two busy cores is PostgreSQL's share: see calibration.py.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.data_path import run_import
from bench.databases import begin_with
from bench.machine import describe_machine
from bench.measure import SCENARIOS, Bench, Files, Scenario
from bench.quiet import wait_for_quiet
from bench.server import run_server

_ROUNDS = 3


def measure_shares(folder: Path, records: int) -> str:
    """Return shares.json: the workers' median seconds by step in each scenario."""
    with run_server(folder / "shares") as server:
        bench = Bench(server, Files(folder, records), print)
        bench.prepare(loaded=True)
        scenarios = {scenario.name: _measure(bench, scenario) for scenario in SCENARIOS}
    kept = {
        "dated": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": describe_machine(),
        "scenarios": scenarios,
    }
    return json.dumps(kept, indent=1) + "\n"


def _measure(bench: Bench, scenario: Scenario) -> dict[str, object]:
    path = bench.files.find(scenario.changed_rate, with_rejects=True)
    rounds = []
    for _ in range(_ROUNDS):
        begin_with(bench.server, scenario.before)
        wait_for_quiet()
        rounds.append(run_import(bench.server, path)[1].processor_seconds)
    seconds = {step: round(median(found[step] for found in rounds), 4) for step in rounds[0]}
    return {"records": bench.files.records, "worker_seconds": seconds}
