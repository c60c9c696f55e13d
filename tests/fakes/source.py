"""A source in memory."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class MemorySource:
    """A file in memory, read in pieces of `piece_bytes`."""

    raw: bytes
    piece_bytes: int = 4 * 1024 * 1024

    @property
    def size_bytes(self) -> int:
        return len(self.raw)

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, self.piece_bytes):
            yield self.raw[at : min(at + self.piece_bytes, end)]
