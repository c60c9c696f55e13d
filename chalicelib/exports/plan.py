"""How an export is divided: ranges of product ids."""

from collections.abc import Sequence
from dataclasses import dataclass

# Large enough that most ranges have the 5 MiB of a part that S3 can copy; small enough that a
# cancel takes effect soon and a retried worker repeats little.
RANGE_PRODUCTS = 20_000
# Step Functions allows 25,000 events in one execution, so ranges grow instead.
MOST_RANGES = 200

# The percentage after planning, and the highest before the job completes.
_PLANNED, _ALMOST = 5, 95


@dataclass(frozen=True)
class IdRange:
    """The products with `start <= id < end` that are selected, and how many they were."""

    start: int
    end: int
    products: int


def join_groups(groups: Sequence[tuple[int, int]], end: int, most: int) -> list[IdRange]:
    """Return at most `most` ranges of adjacent groups, each a first id and a number of products.

    `end`: above the id of every product.
    """
    size = max(1, -(-len(groups) // most))
    starts = [groups[at][0] for at in range(0, len(groups), size)]
    counts = [sum(n for _, n in groups[at : at + size]) for at in range(0, len(groups), size)]
    ends = [*starts[1:], end]
    return [IdRange(*one) for one in zip(starts, ends, counts, strict=False)]  # none: no groups


def progress_of_plan(products: int) -> dict[str, int]:
    """Return the progress after planning."""
    return {"records_total": products, "percent": _PLANNED}


def percent_of(done: int, products: int) -> int:
    """Return the percentage when `done` of the products are written."""
    return _PLANNED + (_ALMOST - _PLANNED) * min(done, products) // max(products, 1)
