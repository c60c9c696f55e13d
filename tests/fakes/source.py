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


class CountingSource:
    """A file in memory that counts the bytes which are read of it."""

    def __init__(self, raw: bytes) -> None:
        self._source = MemorySource(raw)
        self._sizes: list[int] = []  # threads append to it at the same time

    @property
    def size_bytes(self) -> int:
        return self._source.size_bytes

    @property
    def read_bytes(self) -> int:
        return sum(self._sizes)

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        for piece in self._source.stream(start, end):
            self._sizes.append(len(piece))
            yield piece
