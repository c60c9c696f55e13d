"""The source of an import, as the CSV code sees it: bytes that can be read from anywhere."""

from collections.abc import Iterator
from typing import Protocol

CHUNK_BYTES = 4 * 1024 * 1024


class Source(Protocol):
    """A file of `size_bytes` bytes that can be read from anywhere."""

    @property
    def size_bytes(self) -> int:
        """The size of the file."""

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes `[start, end)` in chunks of at most CHUNK_BYTES."""


def read_bytes(source: Source, start: int, end: int) -> bytes:
    """Return the bytes `[start, end)` of `source`, or fewer at its end."""
    return b"".join(source.stream(start, min(end, source.size_bytes)))
