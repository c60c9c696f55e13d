"""How an export is divided: ranges of product ids, and the parts of the finished file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Large enough that most ranges have the 5 MiB of a part that S3 can copy; small enough that a
# cancel takes effect soon and a retried worker repeats little.
RANGE_PRODUCTS = 20_000
# Step Functions allows 25,000 events in one execution, so ranges grow instead.
MOST_RANGES = 200

LEAST_PART_BYTES = 5 * 1024**2  # S3's limit, except for the last part
# S3 allows 5 GiB, but the client waits only 30 seconds for a copy.
MOST_PART_BYTES = 256 * 1024**2

# The percentage after planning, and the highest before the job completes.
_PLANNED, _ALMOST = 5, 95


@dataclass(frozen=True)
class IdRange:
    """The products with `start <= id < end` that are selected, and how many they were."""

    start: int
    end: int
    products: int


@dataclass(frozen=True)
class Segment:
    """The bytes `[start, end)` of one piece of the file."""

    piece: int
    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        """How many bytes it has."""
        return self.end - self.start


Part = list[Segment]  # one of the finished file; a single long segment is copied inside S3


def join_groups(groups: Sequence[tuple[int, int]], end: int, most: int) -> list[IdRange]:
    """Return at most `most` ranges of adjacent groups, each a first id and a number of products.

    `end`: above the id of every product.
    """
    size = max(1, -(-len(groups) // most))
    starts = [groups[at][0] for at in range(0, len(groups), size)]
    counts = [sum(n for _, n in groups[at : at + size]) for at in range(0, len(groups), size)]
    ends = [*starts[1:], end]
    return [IdRange(*one) for one in zip(starts, ends, counts, strict=False)]  # none: no groups


def cut_parts(sizes: Sequence[int]) -> list[Part]:
    """Divide the file of pieces with these sizes, in bytes, into parts that S3 accepts.

    A piece of 5 MiB or more is copied as it is, without the bytes that smaller ones before it need.
    """
    parts: list[Part] = []
    small: Part = []
    for piece, size in enumerate(sizes):
        start = 0
        if small and (missing := LEAST_PART_BYTES - sum(s.size_bytes for s in small)) < size:
            parts.append([*small, Segment(piece, 0, missing)])
            small, start = [], missing
        for end in _cut_ends(start, size):
            parts.append([Segment(piece, start, end)])
            start = end
        if start < size:
            small.append(Segment(piece, start, size))
            if sum(segment.size_bytes for segment in small) >= LEAST_PART_BYTES:
                parts.append(small)
                small = []
    return [*parts, small] if small else parts


def _cut_ends(start: int, size: int) -> Iterator[int]:
    """Yield the ends of the parts that are copied from `start` on, each of 5 to 256 MiB."""
    while size - start >= LEAST_PART_BYTES:
        rest = size - start - MOST_PART_BYTES
        start = size if rest <= 0 else start + MOST_PART_BYTES // 2
        yield start


def progress_of_plan(products: int) -> dict[str, int]:
    """Return the progress after planning."""
    return {"records_total": products, "percent": _PLANNED}


def percent_of(done: int, products: int) -> int:
    """Return the percentage when `done` of the products are written."""
    return _PLANNED + (_ALMOST - _PLANNED) * min(done, products) // max(products, 1)
