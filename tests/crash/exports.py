"""Exports whose workers can be killed, over a folder in the place of S3."""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg2

from chalicelib.exports.columns import Column
from chalicelib.exports.plan import IdRange
from chalicelib.exports.requests import ExportRequest
from chalicelib.exports.storage import encode
from chalicelib.exports.writing import write_range
from chalicelib.objects.writing import write_object
from tests.crash.folders import FolderClient


@dataclass
class CrashingExport:
    """The ranges of one export; a step is a range's number."""

    dsn: str
    folder: Path
    request: ExportRequest
    columns: list[Column]
    ranges: list[IdRange]

    def run_step(self, step: int, /) -> None:
        """Write one range as a worker does."""
        key, client = f"{step}-{os.getpid()}-{uuid4().hex}", FolderClient(self.folder)
        with (
            closing(psycopg2.connect(self.dsn)) as connection,
            write_object(client, "bucket", key) as target,
            encode(target, self.request.format) as writer,
        ):
            write_range(connection, self.request, self.columns, self.ranges[step], writer)

    def pieces_of(self, step: int) -> list[bytes]:
        """Return the contents of every object that a worker wrote for a range."""
        return [path.read_bytes() for path in self.folder.glob(f"{step}-*")]
