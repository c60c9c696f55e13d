"""How a file that consists of pieces is cut into parts that S3 accepts. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST_PART_BYTES = 5 * 1024**2  # S3's limit, except for the last part
# S3 allows 5 GiB, but the client waits only 30 seconds for a copy.
MOST_PART_BYTES = 256 * 1024**2


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
