"""How the products of a bulk delete are cut: into batches, and these into key ranges.

A batch is what one transaction deletes; a key range is what one worker deletes, batch by batch.
"""

from collections.abc import Sequence

# Small enough that no row stays locked for long and that a cancel is heard soon, large enough that
# the transactions themselves cost little.
BATCH_PRODUCTS = 10_000
BATCHES_PER_KEY_RANGE = 2
# Step Functions keeps at most 25,000 events of one execution, so the key ranges grow instead.
MOST_KEY_RANGES = 200

# What planning takes of the whole. 100 is for the completed.
_PLANNED, _ALMOST = 5, 99


def cut_key_ranges(batches: int) -> list[range]:
    """Cut the batches 0, 1, ... into key ranges of neighbours."""
    size = max(BATCHES_PER_KEY_RANGE, -(-batches // MOST_KEY_RANGES))
    return [range(at, min(at + size, batches)) for at in range(0, batches, size)]


def find_missing(key_ranges: Sequence[range], missing: set[int]) -> list[int]:
    """Return the numbers of the key ranges that have batches which are not deleted."""
    return [n for n, batches in enumerate(key_ranges) if missing.intersection(batches)]


def progress_of_plan(products: int) -> dict[str, int]:
    """Progress once the products are counted."""
    return {"records_total": products, "percent": _PLANNED}


def progress_of_delete(done: int, products: int) -> dict[str, int]:
    """Progress once so many of the products have an outcome."""
    share = (_ALMOST - _PLANNED) * min(done, products) // max(products, 1)
    return {"records_total": products, "percent": _PLANNED + share}
