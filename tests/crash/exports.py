"""Exports whose workers can be killed, over a folder in the place of S3."""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2

from chalicelib.exports.columns import Column
from chalicelib.exports.plan import IdRange
from chalicelib.exports.requests import ExportRequest
from chalicelib.exports.storage import encode
from chalicelib.exports.writing import write_range
from chalicelib.objects.writing import write_object


class FolderClient:
    """S3 as an export's worker uses it: an object appears whole, or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> dict[str, str]:  # noqa: N803
        partial = self.folder / f".{uuid4().hex}"
        partial.write_bytes(Body)
        partial.rename(self.folder / Key)
        return {"ETag": "etag"}

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        upload = uuid4().hex
        (self.folder / f".{upload}").mkdir()
        return {"UploadId": upload}

    def upload_part(self, *, UploadId: str, PartNumber: int, Body: bytes, **_: Any) -> Any:  # noqa: N803
        (self.folder / f".{UploadId}" / f"{PartNumber:05}").write_bytes(Body)
        return {"ETag": str(PartNumber)}

    def complete_multipart_upload(self, *, UploadId: str, Key: str, **_: Any) -> None:  # noqa: N803
        parts = sorted((self.folder / f".{UploadId}").iterdir())
        partial = self.folder / f".{uuid4().hex}"
        partial.write_bytes(b"".join(part.read_bytes() for part in parts))
        partial.rename(self.folder / Key)

    def abort_multipart_upload(self, **_: Any) -> None:
        """Leave the parts: nobody reads them."""


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
