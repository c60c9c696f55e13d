"""Unpack gzip, bzip2, xz, zstd and deflate streams.

Everything is streamed. A file may unpack to far more than its size and ask for any memory, so both
are limited.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from chalicelib.errors import JobEndedError, TryAgainError

MOST_ARCHIVE_BYTES = 50 * 1024**3
MOST_RATIO = 200  # of unpacked to packed bytes, beyond the first bytes
RATIO_FREE_BYTES = 64 * 1024**2
_MOST_DICTIONARY_BYTES = 256 * 1024**2
PIECE_BYTES = 1024**2

StreamKind = Literal["gzip", "bzip2", "xz", "zstd", "deflate"]  # the last in ZIP archives only
_MAGIC: dict[StreamKind, bytes] = {
    "gzip": b"\x1f\x8b\x08",
    "bzip2": b"BZh",
    "xz": b"\xfd7zXZ\0",
    "zstd": b"\x28\xb5\x2f\xfd",
}


class _ZlibDecompressor:
    """zlib's decompressor with the interface of those of bz2, lzma and zstd."""

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)
        self.eof = False
        self.needs_input = True
        self.unused_data = b""

    def decompress(self, raw: bytes, max_length: int) -> bytes:
        """Return at most `max_length` bytes more."""
        found = self._stream.decompress(self._stream.unconsumed_tail + raw, max_length)
        self.eof, self.unused_data = self._stream.eof, self._stream.unused_data
        self.needs_input = len(found) < max_length and not self._stream.unconsumed_tail
        return found


def _make_zstd() -> Any:
    from backports import zstd

    return zstd.ZstdDecompressor()  # its window is limited to 128 MiB


_MAKERS: dict[StreamKind, Callable[[], Any]] = {
    "gzip": lambda: _ZlibDecompressor(zlib.MAX_WBITS + 16),
    "deflate": lambda: _ZlibDecompressor(-zlib.MAX_WBITS),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_DICTIONARY_BYTES),
    "zstd": _make_zstd,
}


def find_stream(head: bytes) -> StreamKind | None:
    """Return the kind of compressed stream that starts with `head`."""
    return next((kind for kind, magic in _MAGIC.items() if head.startswith(magic)), None)


def unpack_stream(pieces: Iterable[bytes], kind: StreamKind) -> Iterator[bytes]:
    """Yield the contents of compressed streams, one after another, cut anywhere.

    Raises JobEndedError for a stream that is broken or ends early, and for one that is too large.
    """
    packed = Counter(pieces)
    return limit_size(explain_faults(decompress(packed, kind)), lambda: packed.size_bytes)


def decompress(pieces: Iterable[bytes], kind: StreamKind) -> Iterator[bytes]:
    """Yield the contents of compressed streams; EOFError, or the decompressor's, if broken."""
    stream: Any = None
    for piece in pieces:
        raw = piece
        while stream or (raw := raw.lstrip(b"\0")):  # NULs pad the end of tapes and blocks
            stream = stream or _MAKERS[kind]()
            if found := stream.decompress(raw, PIECE_BYTES):
                yield found
            raw = b""
            if stream.eof:
                raw, stream = stream.unused_data, None
            elif stream.needs_input:
                break
    if stream:
        raise EOFError


class Counter:
    """Pieces, and how many bytes of them were taken."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.size_bytes = 0
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size_bytes += len(piece)
            yield piece


def limit_size(pieces: Iterable[bytes], packed_bytes: Callable[[], int]) -> Iterator[bytes]:
    """Yield the pieces; raises JobEndedError when there are too many for the packed bytes."""
    unpacked = 0
    for piece in pieces:
        unpacked += len(piece)
        if unpacked > MOST_ARCHIVE_BYTES:
            raise JobEndedError(
                "archive_too_large",
                f"The file unpacks to more than {MOST_ARCHIVE_BYTES // 1024**3} GiB. Split it.",
            )
        if unpacked > max(RATIO_FREE_BYTES, MOST_RATIO * packed_bytes()):
            raise JobEndedError(
                "archive_suspicious",
                f"The file unpacks to more than {MOST_RATIO} times its size. Unpack it and upload"
                " the result.",
            )
        yield piece


def explain_faults(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces; a fault of the archive becomes a JobEndedError."""
    try:
        yield from pieces
    except (JobEndedError, TryAgainError):
        raise
    except EOFError as error:
        raise JobEndedError(
            "archive_truncated",
            "The compressed file ends early; a part of it is missing. Upload the whole file.",
        ) from error
    except Exception as error:  # what the libraries raise for broken input isn't documented
        raise broken_archive() from error


def broken_archive() -> JobEndedError:
    """Return the end of a job whose file can't be unpacked."""
    return JobEndedError(
        "archive_broken",
        "The compressed file is damaged and can't be unpacked. Create it again and upload it.",
    )
