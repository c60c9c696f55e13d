"""Estimate the duration and the bottleneck of each phase on AWS.

The slowest of three resources determines the duration of a phase: its workers, the processors of
the database, or the throughput to its storage. That resource is the bottleneck.
"""

from dataclasses import dataclass

from bench.model.calibration import Effort, read_index_effort
from bench.model.machines import Database, function_speed
from bench.model.shape import (
    MOST_AT_ONCE,
    Shape,
    count_index_workers,
    memory_gb,
    states_passed,
)
from chalicelib.imports.estimate import ITEM_SECONDS

# Assumed, never measured, like ITEM_SECONDS: the overhead of AWS per state and per first call.
STATE_SECONDS = 0.1
COLD_SECONDS = 2.0
S3_BYTES_PER_SECOND = 80e6  # for one function
# Bytes written to storage: one byte of table pages per byte of log, and the staged rows once.
PAGES_PER_WAL_BYTE = 1.0
STAGED_PER_SOURCE_BYTE = 1.3

WORKERS, STEPS = "workers", "Step Functions"
PROCESSORS, STORAGE = "database CPU", "database storage"


@dataclass(frozen=True)
class Phase:
    """A phase: its seconds and its bottleneck."""

    name: str
    function: str
    seconds: float
    bottleneck: str
    items: int
    at_once: int

    @property
    def item_seconds(self) -> float:
        """Return the seconds of one item: concurrent items share the time of the phase."""
        return self.seconds * min(self.at_once, self.items) / max(1, self.items)


def estimate(shape: Shape, effort: Effort, workers: int, database: Database) -> list[Phase]:
    """Return the phases of an import with this number of workers."""
    at_once = min(workers, MOST_AT_ONCE)
    return [
        _scan(shape, effort, at_once),
        _stage(shape, effort, at_once, database),
        _merge(shape, effort, at_once, database),
        _serial(shape, effort),
    ]


def estimate_index(shape: Shape, database: Database) -> Phase:
    """Return the phase after the import that updates the documents of lists and search."""
    workers = count_index_workers()
    whole = shape.records * read_index_effort()
    floors = {WORKERS: whole / workers, PROCESSORS: whole / database.cores}
    return _phase("index", "IndexDocuments", floors, workers, workers)


def _scan(shape: Shape, effort: Effort, at_once: int) -> Phase:
    bytes_each = shape.size_bytes / max(1, shape.spans)
    thinking = (
        effort.scan * shape.records / max(1, shape.spans) / function_speed(memory_gb("ScanSpan"))
    )
    reading = bytes_each / S3_BYTES_PER_SECOND
    floors = {WORKERS: _waves(shape.spans, at_once) * (thinking + reading)}
    return _phase("scan", "ScanSpan", floors, shape.spans, at_once)


def _stage(shape: Shape, effort: Effort, at_once: int, database: Database) -> Phase:
    records_each = shape.records / max(1, shape.ranges)
    speed = function_speed(memory_gb("StageRange"))
    reading = shape.size_bytes / max(1, shape.ranges) / S3_BYTES_PER_SECOND
    alone = records_each * (effort.stage_worker / speed + effort.stage_database) + reading
    written = shape.size_bytes * STAGED_PER_SOURCE_BYTE
    floors = {
        WORKERS: _waves(shape.ranges, at_once) * alone,
        PROCESSORS: shape.records * effort.stage_database / database.cores,
        STORAGE: written / (database.storage_mb_per_second * 1e6),
    }
    return _phase("stage", "StageRange", floors, shape.ranges, at_once)


def _merge(shape: Shape, effort: Effort, at_once: int, database: Database) -> Phase:
    speed = function_speed(memory_gb("MergeKeyRange"))
    each = effort.merge_worker / speed + effort.merge_database
    alone = shape.records / shape.key_ranges * each
    written = shape.records * effort.wal_bytes * (1 + PAGES_PER_WAL_BYTE)
    floors = {
        WORKERS: _waves(shape.key_ranges, at_once) * alone,
        PROCESSORS: shape.records * effort.merge_database / database.cores,
        STORAGE: written / (database.storage_mb_per_second * 1e6),
    }
    return _phase("merge", "MergeKeyRange", floors, shape.key_ranges, at_once)


def _serial(shape: Shape, effort: Effort) -> Phase:
    working = {WORKERS: shape.records * effort.serial}
    states = len(states_passed("import_products"))
    return _phase("other steps", "FinishImport", working, states, 1, each=STATE_SECONDS)


def _phase(
    name: str,
    function: str,
    floors: dict[str, float],
    items: int,
    at_once: int,
    each: float = ITEM_SECONDS,
) -> Phase:
    between = _waves(items, at_once) * each + COLD_SECONDS
    longest = max(floors, key=lambda part: floors[part])
    bottleneck = longest if floors[longest] > between else STEPS
    return Phase(name, function, floors[longest] + between, bottleneck, items, at_once)


def _waves(items: int, at_once: int) -> float:
    """Return the items per worker: a whole number if few, a mean if many."""
    return max(1.0, items / at_once)
