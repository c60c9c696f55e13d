"""The progress of an import for clients. The records done are the sum of the counts."""

from collections.abc import Mapping

# The percentage at which each phase starts, by its usual share of the time. 100 is completed.
_SCAN, _STAGE, _MERGE, _ALMOST = 0, 10, 60, 99


def of_scan(spans_done: int, spans: int) -> dict[str, int]:
    """Return the progress after `spans_done` spans."""
    return {"percent": _between(_SCAN, _STAGE, spans_done, spans)}


def of_plan(records: int) -> dict[str, int]:
    """Return the progress once the records are counted."""
    return {"records_total": records, "percent": _STAGE}


def of_stage(bytes_done: int, bytes_total: int) -> dict[str, int]:
    """Return the progress once `bytes_done` bytes of the source are staged."""
    percent = _between(_STAGE, _MERGE, bytes_done, bytes_total)
    return {"bytes_done": bytes_done, "percent": percent}


def of_merge(counts: Mapping[str, int], records: int) -> dict[str, int]:
    """Return the progress once the records in `counts` have an outcome."""
    return {"percent": _between(_MERGE, _ALMOST, sum_records(counts), records)}


def of_end(size_bytes: int, counts: Mapping[str, int]) -> dict[str, int]:
    """Return the progress of a completed import."""
    return {"bytes_done": size_bytes, "records_total": sum_records(counts), "percent": 100}


def sum_records(counts: Mapping[str, int]) -> int:
    """Return how many records have an outcome: missing products aren't records."""
    return sum(number for outcome, number in counts.items() if outcome != "missing")


def _between(low: int, high: int, done: int, total: int) -> int:
    return low + (high - low) * min(done, total) // max(total, 1)
