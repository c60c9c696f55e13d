"""S3 and DynamoDB for the steps, replaced by files and memory."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.jobs.models import Job, Status, WaitReason
from chalicelib.jobs.store import JobStore
from chalicelib.webhooks.delivery.subscribed_types import SubscribedTypes


class NoSuchKey(Exception):  # noqa: N818  # S3's own name for it
    """The object does not exist."""


class Body(io.BytesIO):
    """An object's bytes, in memory."""

    def iter_chunks(self, chunk_size: int) -> Iterator[bytes]:
        """Yield the bytes in chunks."""
        yield from iter(lambda: self.read(chunk_size), b"")


@dataclass(frozen=True)
class FileBody:
    """A range of bytes of a file, read on demand."""

    path: Path
    start: int
    end: int

    def read(self) -> bytes:
        """Return all of the bytes."""
        return b"".join(self.iter_chunks(self.end - self.start))

    def iter_chunks(self, chunk_size: int) -> Iterator[bytes]:
        """Yield the bytes in chunks."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            left = self.end - self.start
            while left > 0 and (chunk := file.read(min(chunk_size, left))):
                left -= len(chunk)
                yield chunk


class FolderS3:
    """The part of an S3 client that the steps use, on a folder."""

    class exceptions:  # noqa: N801  # as boto3's clients have it
        """The exceptions of the client."""

        NoSuchKey = NoSuchKey

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_object(self, *, Key: str, Range: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803
        """Open an object or its byte range `Range`."""
        path = self._folder / Key
        if not path.exists():
            raise NoSuchKey(Key)
        if not Range:
            return {"Body": Body(path.read_bytes())}
        first, last = Range.removeprefix("bytes=").split("-")
        return {"Body": FileBody(path, int(first), int(last) + 1)}

    def put_object(self, *, Key: str, Body: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Write an object."""
        path = self._folder / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Body)
        return {"ETag": '"none"'}

    def delete_object(self, *, Key: str, **_: Any) -> None:  # noqa: N803
        """Delete an object."""
        (self._folder / Key).unlink()

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        """Begin an object of several parts."""
        return {"UploadId": "one"}

    def upload_part(self, *, Key: str, PartNumber: int, Body: bytes, **_: Any) -> dict[str, str]:  # noqa: N803
        """Write a part of an object."""
        self.put_object(Key=_part(Key, PartNumber), Body=Body)
        return {"ETag": '"none"'}

    def upload_part_copy(
        self,
        *,
        Key: str,  # noqa: N803
        PartNumber: int,  # noqa: N803
        CopySource: dict[str, str],  # noqa: N803
        CopySourceRange: str,  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        """Copy a part of an object from the bytes of another."""
        found = self.get_object(Key=CopySource["Key"], Range=CopySourceRange)
        self.upload_part(Key=Key, PartNumber=PartNumber, Body=found["Body"].read())
        return {"CopyPartResult": {"ETag": '"none"'}}

    def complete_multipart_upload(
        self,
        *,
        Key: str,  # noqa: N803
        MultipartUpload: dict[str, Any],  # noqa: N803
        **_: Any,
    ) -> dict[str, str]:
        """Join the parts of an object."""
        with (self._folder / Key).open("wb") as whole:
            for part in MultipartUpload["Parts"]:
                whole.write((self._folder / _part(Key, part["PartNumber"])).read_bytes())
        return {"ETag": '"none"'}


def _part(key: str, number: int) -> str:
    return f"{key}.part-{number}"


class NoSubscriptions(SubscribedTypes):
    """An installation without webhooks."""

    def __init__(self) -> None:
        """Nothing has to be read."""

    def has(self, kind: str) -> bool:
        """Return whether a webhook subscribes to this type: none does."""
        return False


class OneJob(JobStore):
    """A job store with one job, for one process."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def create(self, job: Job) -> None:
        """Store a new job."""
        self.job = job

    def get(self, job_id: str) -> Job | None:
        """Return the job."""
        return self.job if job_id == self.job.job_id else None

    def replace(self, before: Job, after: Job, created: Job | None = None) -> bool:
        """Replace the job."""
        self.job = after
        return True

    def list_jobs(
        self, limit: int, after: str | None, kind: str | None = None, status: Status | None = None
    ) -> tuple[list[Job], str | None]:
        """Return the only job."""
        return [self.job], None

    def list_waiting(self, reason: WaitReason, before: datetime, limit: int) -> list[Job]:
        """Return no job: none is swept here."""
        return []
