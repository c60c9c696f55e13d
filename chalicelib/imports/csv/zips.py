"""Read one file of a ZIP archive, which may be larger than the memory, from wherever it is."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chalicelib.errors import JobEndedError, TryAgainError
from chalicelib.imports.csv.source import Source
from chalicelib.imports.csv.unpack import (
    PIECE_BYTES,
    Counter,
    StreamKind,
    broken_archive,
    decompress,
    explain_faults,
    limit_size,
)

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an archive without files
MOST_DIRECTORY_BYTES = 4 * 1024**2
_KINDS: dict[int, StreamKind | None] = {
    zipfile.ZIP_STORED: None,
    zipfile.ZIP_DEFLATED: "deflate",
    zipfile.ZIP_BZIP2: "bzip2",
}
_IS_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_NOTE = re.compile(r"readme|read me|lies ?mich|licen[cs]e|changelog")
_ENTRY = struct.Struct("<4sHHHHHIIIHH")


class FirstEntry(NamedTuple):
    """What a ZIP archive says before its first file."""

    name: str
    flags: int
    method: int
    data_start: int  # offset of its contents


def is_zip(head: bytes) -> bool:
    """Whether a file that starts with `head` is a ZIP archive, which many formats are."""
    return head.startswith(ZIP_MAGIC)


class SourceFile(io.RawIOBase):
    """A source as a file: reads in sequence are one request, and a seek starts another."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = self._streamed_to = 0
        self._stream: Iterator[bytes] | None = None
        self._piece = b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, origin: int = io.SEEK_SET) -> int:
        """Move to a position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._source.size_bytes}
        at = base[origin] + offset
        if at < 0:
            raise ValueError(f"no position {at}")
        if at != self._at:
            self._stream, self._piece = None, b""
        self._at = at
        return at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read up to as many bytes as the buffer has."""
        if not self._piece:
            if self._stream is None:
                self._stream = self._source.stream(self._at, self._source.size_bytes)
            self._piece = next(self._stream, b"")
        found, self._piece = self._piece[: len(buffer)], self._piece[len(buffer) :]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


class _ZipFile(io.BufferedReader):
    """A file that refuses to be read into memory as a whole."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return `size` bytes, or all that follow."""
        asked = 0 if size is None or size < 0 else size
        if not asked:
            at = self.tell()
            asked = self.seek(0, io.SEEK_END) - at
            self.seek(at)
        if asked > MOST_DIRECTORY_BYTES:
            raise JobEndedError(
                "archive_too_many_files",
                "The archive has too many files. Pack only the file with the products.",
            )
        return super().read(size)


def open_zip(source: Source) -> zipfile.ZipFile:
    """Open a ZIP archive; raises JobEndedError if its directory can't be read."""
    try:
        return zipfile.ZipFile(_ZipFile(SourceFile(source), PIECE_BYTES))
    except (JobEndedError, TryAgainError):
        raise
    except Exception as error:  # as in explain_faults
        raise broken_archive() from error


def read_first_entry(head: bytes) -> FirstEntry:
    """Return what a ZIP archive that starts with `head` says of its first file."""
    try:
        flags, method = _ENTRY.unpack_from(head)[2:4]
        name_bytes, extra_bytes = _ENTRY.unpack_from(head)[-2:]
    except struct.error as error:
        raise broken_archive() from error
    name = head[_ENTRY.size : _ENTRY.size + name_bytes]
    codec = "utf-8" if flags & _IS_UTF8 else "cp437"
    start = _ENTRY.size + name_bytes + extra_bytes
    return FirstEntry(name.decode(codec, "replace"), flags, method, start)


def find_member(archive: zipfile.ZipFile, chosen: str | None) -> zipfile.ZipInfo:
    """Return the file to read: the chosen one, or the only likely one; raises JobEndedError."""
    files = [entry for entry in archive.infolist() if is_candidate(entry.filename)]
    if chosen is None:
        likeliest = min((rank_name(entry.filename) for entry in files), default=0)
        files = [entry for entry in files if rank_name(entry.filename) == likeliest]
    names = ", ".join(repr(entry.filename) for entry in files[:20])
    if not files:
        raise JobEndedError(
            "archive_empty", "The archive has no file. Pack the file with the products."
        )
    if chosen is not None:
        found = [entry for entry in files if entry.filename == chosen]
        if not found:
            raise JobEndedError(
                "archive_member_unknown",
                f"The archive has no file {chosen!r}; it has {names}. Set options.member to one of"
                " them.",
            )
        return found[-1]
    if len(files) > 1:
        raise JobEndedError(
            "archive_has_several_files",
            f"The archive has more than one file: {names}. Set options.member to the one to"
            " import.",
        )
    return files[0]


def is_candidate(name: str) -> bool:
    """Whether a file in an archive may be the one to import: no folder and no hidden file."""
    base = name.rpartition("/")[2]
    return bool(base) and not base.startswith(".") and not name.startswith("__MACOSX/")


def rank_name(name: str) -> int:
    """Return how likely a file of this name has the products; 0 is the likeliest."""
    base = name.rpartition("/")[2].lower()
    if _NOTE.match(base):
        return 3
    return 0 if base.endswith(_TABLES) else 1 if base.endswith(".txt") else 2


def unpack_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the contents of a file of the archive; raises JobEndedError as `unpack_stream`.

    It relies on no size that the directory declares. zipfile does, and unpacks bzip2 into memory.
    """
    check_member(entry.flag_bits, entry.compress_type)
    packed = Counter(_read_packed(archive, entry))
    kind = _KINDS[entry.compress_type]
    unpacked = decompress(packed, kind) if kind else packed
    return limit_size(explain_faults(_confirm_contents(unpacked, entry)), lambda: packed.size_bytes)


def check_member(flags: int, method: int) -> None:
    """Raise JobEndedError if a file of a ZIP archive can't be unpacked."""
    if flags & _IS_ENCRYPTED:
        raise JobEndedError(
            "archive_encrypted",
            "The archive is protected by a password. Pack the file without one.",
        )
    if method not in _KINDS:
        raise JobEndedError(
            "archive_unsupported",
            f"The archive uses compression method {method}, which is not supported. Pack the file"
            " with the method Deflate, or as .gz.",
        )


def _read_packed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    file, left = archive.fp, entry.compress_size
    if file is None:
        raise ValueError("the archive is closed")
    file.seek(entry.header_offset)
    file.seek(entry.header_offset + read_first_entry(file.read(_ENTRY.size)).data_start)
    while left:
        piece = file.read(min(left, PIECE_BYTES))
        if not piece:
            raise EOFError
        left -= len(piece)
        yield piece


def _confirm_contents(pieces: Iterable[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the contents of a file; raises JobEndedError if they aren't what was packed."""
    found = 0
    for piece in pieces:
        found = zlib.crc32(piece, found)
        yield piece
    if found != entry.CRC:
        raise broken_archive()
