"""What an import reads and writes in S3: the source, the steps' small files, and large objects.

Reads of the source are bound to its ETag, so that an object replaced while it is read ends the
import instead of mixing two files.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, Self

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import error_code
from chalicelib.errors import JobEndedError, TryAgainError
from chalicelib.imports.csv.source import CHUNK_BYTES

Listed = Literal["rejects", "skipped", "changes", "overwritten"]  # what a report lists
ReportFormat = Literal["csv", "ndjson"]

PART_BYTES = 16 * 1024 * 1024  # larger for files above 144 GB
_MOST_PARTS = 9_000  # of the expected size, which may be too low


def report_key(job_id: str, listed: Listed = "rejects", file_format: ReportFormat = "csv") -> str:
    """Return the object key of a report of a job."""
    return f"reports/{job_id}/{listed}.{file_format}"


@dataclass(frozen=True)
class S3Source:
    """An object in S3, in the version that has this ETag."""

    client: Any
    bucket: str
    key: str
    etag: str
    size_bytes: int

    @classmethod
    def from_json(cls, client: Any, values: dict[str, Any]) -> Self:
        """Return the source that `to_json` wrote."""
        return cls(client, values["bucket"], values["key"], values["etag"], values["size_bytes"])

    def to_json(self) -> dict[str, Any]:
        """Return the source as JSON values."""
        return {
            "bucket": self.bucket,
            "key": self.key,
            "etag": self.etag,
            "size_bytes": self.size_bytes,
        }

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes `[start, end)`.

        Raises JobEndedError when the object was replaced or removed, TryAgainError for other
        faults of S3.
        """
        if start >= end:
            return
        try:
            body = self.client.get_object(
                Bucket=self.bucket,
                Key=self.key,
                IfMatch=self.etag,
                Range=f"bytes={start}-{end - 1}",
            )["Body"]
            yield from body.iter_chunks(CHUNK_BYTES)
        except ClientError as error:
            if error_code(error) in ("PreconditionFailed", "412", "NoSuchKey", "404"):
                raise JobEndedError(
                    "source_changed",
                    "The uploaded file was replaced or removed during the import. Upload it again.",
                ) from error
            raise TryAgainError(f"S3: {error}") from error
        except BotoCoreError as error:  # a read that timed out or was interrupted
            raise TryAgainError(f"S3: {error}") from error


@dataclass(frozen=True)
class WorkFolder:
    """The small JSON files that the steps of one job pass on, under steps/{job_id}/."""

    client: Any
    bucket: str
    job_id: str

    def key(self, name: str) -> str:
        """Return the object key of the file `name`."""
        return f"steps/{self.job_id}/{name}"

    def put(self, name: str, values: Any) -> None:
        """Write a file. Idempotent: a step writes the same values each time it runs."""
        body = json.dumps(values, separators=(",", ":")).encode()
        self.client.put_object(Bucket=self.bucket, Key=self.key(name), Body=body)

    def get(self, name: str) -> Any:
        """Return the contents of a file, or None if it doesn't exist."""
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=self.key(name))
        except self.client.exceptions.NoSuchKey:
            return None
        return json.load(found["Body"])


def write_object(
    client: Any, bucket: str, key: str, pieces: Iterable[bytes], expected_bytes: int
) -> tuple[str, int]:
    """Write `pieces` as one object; return its ETag and its size.

    Idempotent: the object appears whole, at the end. At most one part is in memory.
    `expected_bytes` may be inexact; it makes the parts large enough for S3's limit on their number.
    """
    place = {"Bucket": bucket, "Key": key}
    part_bytes = max(PART_BYTES, expected_bytes // _MOST_PARTS)
    parts = _cut_parts(pieces, part_bytes)
    first = next(parts, b"")
    if len(first) < part_bytes:
        return client.put_object(**place, Body=first)["ETag"], len(first)
    return _write_parts(client, place, chain([first], parts))


def _cut_parts(pieces: Iterable[bytes], part_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of `pieces` in parts of `part_bytes`; the last one may be smaller."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        while len(buffer) >= part_bytes:
            yield bytes(buffer[:part_bytes])
            del buffer[:part_bytes]
    if buffer:
        yield bytes(buffer)


def _write_parts(client: Any, place: dict[str, str], parts: Iterable[bytes]) -> tuple[str, int]:
    """Write an object by a multipart upload, which is aborted if it fails."""
    upload = place | {"UploadId": client.create_multipart_upload(**place)["UploadId"]}
    written, size_bytes = [], 0
    try:
        for number, body in enumerate(parts, start=1):
            done = client.upload_part(**upload, PartNumber=number, Body=body)
            written.append({"PartNumber": number, "ETag": done["ETag"]})
            size_bytes += len(body)
        done = client.complete_multipart_upload(**upload, MultipartUpload={"Parts": written})
    except Exception:
        with suppress(BotoCoreError, ClientError):  # the bucket's lifecycle rule removes the rest
            client.abort_multipart_upload(**upload)
        raise
    return done["ETag"], size_bytes
