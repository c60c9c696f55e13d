"""The source of an import: the exact object that is read, and the import's own small files.

Both live in S3. `Source` reads are bound to the object's ETag, so that an object replaced while it
is read ends the import instead of mixing two files.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, Self

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import JobEndedError, TryAgainError

CHUNK_BYTES = 4 * 1024 * 1024


class Source(Protocol):
    """A file of `size_bytes` bytes that can be read from anywhere."""

    @property
    def size_bytes(self) -> int:
        """How long the file is."""

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes `[start, end)` in chunks of at most CHUNK_BYTES."""


@dataclass(frozen=True)
class S3Source:
    """An object in S3, as it was when its ETag was noted."""

    client: Any
    bucket: str
    key: str
    etag: str
    size_bytes: int

    @classmethod
    def from_json(cls, client: Any, values: dict[str, Any]) -> Self:
        """Return the source noted in a job."""
        return cls(client, values["bucket"], values["key"], values["etag"], values["size_bytes"])

    def to_json(self) -> dict[str, Any]:
        """Return what a job notes of the source."""
        return {
            "bucket": self.bucket,
            "key": self.key,
            "etag": self.etag,
            "size_bytes": self.size_bytes,
        }

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes `[start, end)`; raises JobEndedError when the object is another now."""
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
            if error.response["Error"]["Code"] in ("PreconditionFailed", "412", "NoSuchKey", "404"):
                raise JobEndedError(
                    "source_changed",
                    "The uploaded file was replaced or removed while it was being imported. Upload"
                    " it again.",
                ) from error
            raise TryAgainError(f"S3: {error}") from error
        except BotoCoreError as error:  # a read that timed out or broke off
            raise TryAgainError(f"S3: {error}") from error


@dataclass(frozen=True)
class WorkFolder:
    """The small JSON files the steps of one job leave for each other, under steps/{job_id}/."""

    client: Any
    bucket: str
    job_id: str

    def key(self, name: str) -> str:
        """Return the object key of the file `name`."""
        return f"steps/{self.job_id}/{name}"

    def put(self, name: str, values: Any) -> None:
        """Write a file; the same step writes the same values, however often it runs."""
        body = json.dumps(values, separators=(",", ":")).encode()
        self.client.put_object(Bucket=self.bucket, Key=self.key(name), Body=body)

    def get(self, name: str) -> Any:
        """Read a file; None where there is none."""
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=self.key(name))
        except self.client.exceptions.NoSuchKey:
            return None
        return json.load(found["Body"])


def read_bytes(source: Source, start: int, end: int) -> bytes:
    """Return the bytes `[start, end)` of `source` at once."""
    return b"".join(source.stream(start, min(end, source.size_bytes)))
