"""The formats of an exported file, as they are written to S3."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.exports.requests import FileFormat
from chalicelib.objects.writing import Writer

CONTENT_TYPES: dict[FileFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "csv.gz": "application/gzip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}


class _GzipWriter:
    """Compresses what is written into one member of a gzip file."""

    def __init__(self, target: Writer) -> None:
        self._target, self._stream = target, zlib.compressobj(wbits=31)

    def write(self, raw: bytes) -> int:
        """Compress some bytes."""
        self._target.write(self._stream.compress(raw))
        return len(raw)

    def close(self) -> None:
        """Write the end of the member."""
        self._target.write(self._stream.flush())


@contextmanager
def encode(target: Writer, file_format: FileFormat) -> Iterator[Writer]:
    """Yield what compresses into `target`, if the format is compressed, or `target` itself.

    A gzip file may have several members, so the pieces of a file are joined as they are.
    """
    if file_format != "csv.gz":
        yield target
        return
    writer = _GzipWriter(target)
    yield writer
    writer.close()
