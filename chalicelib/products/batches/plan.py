"""How the products of a batch job are divided into batches and key ranges.

One transaction changes a batch. One worker runs a key range, batch by batch.
"""

from collections.abc import Sequence

# Small enough that rows are locked briefly and a cancel takes effect soon; large enough that the
# transactions themselves cost little.
BATCH_PRODUCTS = 10_000
BATCHES_PER_KEY_RANGE = 2
# Step Functions allows 25,000 events in one execution, so key ranges grow instead.
MOST_KEY_RANGES = 200

# The percentage after planning, and the highest before the job completes.
_PLANNED, _ALMOST = 5, 99


def cut_key_ranges(batches: int) -> list[range]:
    """Divide the batches 0, 1, ... into key ranges of adjacent batches."""
    size = max(BATCHES_PER_KEY_RANGE, -(-batches // MOST_KEY_RANGES))
    return [range(at, min(at + size, batches)) for at in range(0, batches, size)]


def find_missing(key_ranges: Sequence[range], missing: set[int]) -> list[int]:
    """Return the numbers of the key ranges with batches that are not done."""
    return [n for n, batches in enumerate(key_ranges) if missing.intersection(batches)]


def progress_of_plan(products: int) -> dict[str, int]:
    """Return the progress after planning."""
    return {"records_total": products, "percent": _PLANNED}


def progress_of_batches(done: int, products: int) -> dict[str, int]:
    """Return the progress when `done` of the products have an outcome."""
    share = (_ALMOST - _PLANNED) * min(done, products) // max(products, 1)
    return {"records_total": products, "percent": _PLANNED + share}
