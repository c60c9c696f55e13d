"""Estimate the cost and the time of an import before it runs.

The number of calls and state transitions is exact, because it follows from the plan of the ranges;
they are most of the cost. The time of each call is measured: `python -m bench.model --write` writes
effort.json from the benchmark, which docs/COST.md explains.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from chalicelib.imports.csv.plan import Plan, count_key_ranges, cut_spans
from chalicelib.jobs.cost import price_usage
from chalicelib.jobs.models import Json
from chalicelib.jobs.usage import TRANSITIONS, Usage

AT_ONCE = 8  # items of a map, as deployed by default
# Of the database of docs/COST.md's usual setting, db.m7g.large.
CORES, STORAGE_BYTES_PER_SECOND = 2, 78e6
ITEM_SECONDS = 0.3  # beside its records: a transition, the call, connections, S3 and DynamoDB
_MERGED = ("check_stage", "merge_key_range", "finish_import")
_EFFORT = Path(__file__).with_name("effort.json")


@dataclass(frozen=True)
class Effort:
    """What one step takes: memory, and of a record microseconds and bytes of storage."""

    megabytes: int
    worker_us: float
    database_us: float
    written_bytes: float


@dataclass(frozen=True)
class Shape:
    """The sizes of an import, as its plan cuts it."""

    records: int
    spans: int
    ranges: int
    key_ranges: int

    @classmethod
    def guess(cls, records: int, size_bytes: int, span_bytes: int) -> Self:
        """Return the shape of a file of which only the head is known."""
        spans = len(cut_spans(0, size_bytes, span_bytes))
        return cls(records, spans, spans, count_key_ranges(records, size_bytes))

    @classmethod
    def of_plan(cls, plan: Plan) -> Self:
        """Return the shape of a planned file."""
        return cls(plan.records, len(plan.ranges), len(plan.ranges), plan.key_ranges)


@dataclass(frozen=True)
class Estimate:
    """The cost in US dollars, unless the prices are unknown, and the time."""

    usd: str | None
    minutes: float

    def to_json(self) -> Json:
        """Return the estimate as JSON values."""
        return {"usd": self.usd, "minutes": self.minutes}


def estimate_import(shape: Shape, region: str) -> Estimate:
    """Return the estimate of a whole import."""
    calls = {
        "claim_job": 1,
        "inspect_source": 1,
        "scan_span": shape.spans,
        "plan_ranges": 1,
        "stage_range": shape.ranges,
    }
    return _estimate(calls | _calls_of_merge(shape), shape.records, Usage(), region)


def estimate_apply(shape: Shape, used: Usage, region: str) -> Estimate:
    """Return the time of the apply of a plan, and the cost of the job at its end.

    `used`: what the job has used so far.
    """
    calls = {"claim_job": 1, "plan_ranges": 1} | _calls_of_merge(shape)
    return _estimate(calls, shape.records, used, region)


def _calls_of_merge(shape: Shape) -> dict[str, int]:
    return dict.fromkeys(_MERGED, 1) | {"merge_key_range": shape.key_ranges}


def _estimate(calls: dict[str, int], records: int, used: Usage, region: str) -> Estimate:
    usage, seconds = used, 0.0
    for step, items in calls.items():
        effort = read_effort()[step]
        worked = records * (effort.worker_us + effort.database_us) / 1e6
        billed = worked + items * ITEM_SECONDS
        transitions = items * TRANSITIONS[step]
        milliseconds = round(billed * 1000)
        usage = usage.plus(Usage(milliseconds * effort.megabytes, items, transitions))
        waves = max(1.0, items / AT_ONCE)
        computed = records * effort.database_us / 1e6 / CORES
        stored = records * effort.written_bytes / STORAGE_BYTES_PER_SECOND
        seconds += max(worked / min(items, AT_ONCE), computed, stored) + waves * ITEM_SECONDS
    return Estimate(price_usage(usage, region), round(seconds / 60, 2))


@cache
def read_effort() -> dict[str, Effort]:
    """Return the effort of each step."""
    found = json.loads(_EFFORT.read_text(encoding="utf-8"))
    return {step: Effort(**values) for step, values in found["steps"].items()}
