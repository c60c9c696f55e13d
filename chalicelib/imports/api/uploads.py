"""Uploads: clients send files straight to S3 with signed URLs, by one PUT or in parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from chalicelib.aws import error_code
from chalicelib.errors import ProblemError
from chalicelib.imports.api.parts import (
    FIRST_PARTS,
    MOST_PART_BYTES,
    check_all_parts,
    choose_part_size,
    count_parts,
)
from chalicelib.imports.api.responses import (
    MultipartUploadResponse,
    PartResponse,
    PartUrlResponse,
    PartUrlsResponse,
    PutUploadResponse,
)
from chalicelib.imports.job import ImportJob
from chalicelib.imports.transitions import UploadOverError
from chalicelib.imports.uploaded import source_key
from chalicelib.jobs.models import Json
from chalicelib.settings import Settings


@dataclass(frozen=True)
class Uploads:
    """Where sources are uploaded. `signer` is a client that signs for S3's public address."""

    client: Any
    signer: Any
    settings: Settings

    @property
    def origin(self) -> str:
        """The origin of the signed URLs, in the form that browsers use."""
        url = urlsplit(self.signer.generate_presigned_url("put_object", self._object("any")))
        return f"{url.scheme}://{url.netloc}"

    def begin(self, job_id: str, size_bytes: int, part_size_bytes: int | None = None) -> Json:
        """Begin the upload of a source; return what its job stores of it.

        With `part_size_bytes`, a larger source is uploaded in parts of that size or more.
        """
        limit = part_size_bytes or self.settings.single_put_limit_bytes
        if size_bytes <= min(limit, MOST_PART_BYTES):
            return {"method": "PUT"}
        begun = self.client.create_multipart_upload(**self._object(job_id))
        return {
            "method": "MULTIPART",
            "upload_id": begun["UploadId"],
            "part_size": choose_part_size(
                size_bytes, part_size_bytes or self.settings.part_size_bytes
            ),
        }

    def next_expiry(self, now: datetime) -> datetime:
        """Return the deadline of an upload that starts or continues now."""
        return now + timedelta(seconds=self.settings.upload_expires_seconds)

    def sign(self, job: ImportJob, now: datetime) -> PutUploadResponse | MultipartUploadResponse:
        """Return how to upload the job's source: its URL, or the URLs of the first parts."""
        if job.upload["method"] == "PUT":
            url = self._sign("put_object", job, now, {})
            return PutUploadResponse(
                method="PUT", url=url, headers={}, expires_at=job.expires_at or now
            )
        part_count = count_parts(job)
        first = self.sign_parts(job, range(1, min(part_count, FIRST_PARTS) + 1), now)
        return MultipartUploadResponse(
            method="MULTIPART",
            part_size=job.upload["part_size"],
            part_count=part_count,
            parts=first.parts,
            expires_at=first.expires_at,
        )

    def sign_parts(
        self, job: ImportJob, part_numbers: Iterable[int], now: datetime
    ) -> PartUrlsResponse:
        """Return the URLs to upload these parts to."""
        upload_id = job.upload["upload_id"]
        parts = []
        for number in part_numbers:
            part = {"UploadId": upload_id, "PartNumber": number}
            url = self._sign("upload_part", job, now, part)
            parts.append(PartUrlResponse(part_number=number, url=url))
        return PartUrlsResponse(parts=parts, expires_at=job.expires_at or now)

    def list_parts(self, job: ImportJob, after: int, limit: int) -> tuple[list[PartResponse], bool]:
        """Return up to `limit` uploaded parts after number `after`, and whether there are more.

        Raises UploadOverError if the upload is complete, ProblemError if S3 no longer has it.
        """
        try:
            found = self.client.list_parts(
                **self._object(job.job_id),
                UploadId=job.upload["upload_id"],
                PartNumberMarker=after,
                MaxParts=limit,
            )
        except ClientError as error:
            if error_code(error) != "NoSuchUpload":
                raise
            if self._exists(job.job_id):
                raise UploadOverError(job) from error
            raise ProblemError(*_PROBLEMS["NoSuchUpload"]) from error
        parts = [
            PartResponse(part_number=p["PartNumber"], etag=p["ETag"], size_bytes=p["Size"])
            for p in found.get("Parts", [])
        ]
        return parts, bool(found["IsTruncated"])

    def complete(self, job: ImportJob, parts: Sequence[tuple[int, str]]) -> None:
        """Make one object of all parts, each given as (number, ETag). Idempotent.

        Raises ProblemError for parts that S3 doesn't have with these ETags.
        """
        check_all_parts(job, [number for number, _ in parts])
        listed = [{"PartNumber": number, "ETag": etag} for number, etag in parts]
        try:
            self.client.complete_multipart_upload(
                **self._object(job.job_id),
                UploadId=job.upload["upload_id"],
                MultipartUpload={"Parts": listed},
            )
        except ClientError as error:
            code = error_code(error)
            if code == "NoSuchUpload" and self._exists(job.job_id):
                return  # an earlier request completed it
            if code in _PROBLEMS:
                raise ProblemError(*_PROBLEMS[code]) from error
            raise

    def _exists(self, job_id: str) -> bool:
        try:
            self.client.head_object(**self._object(job_id))
        except ClientError as error:
            if error_code(error) in ("404", "NoSuchKey"):
                return False
            raise
        return True

    def _object(self, job_id: str) -> dict[str, str]:
        return {"Bucket": self.settings.bucket, "Key": source_key(job_id)}

    def _sign(self, operation: str, job: ImportJob, now: datetime, more: Json) -> str:
        left = job.expires_at - now if job.expires_at else timedelta(0)
        url: str = self.signer.generate_presigned_url(
            operation,
            Params={**self._object(job.job_id), **more},
            ExpiresIn=max(1, int(left.total_seconds())),
        )
        return url


# Status, code and detail of the response for each error code of S3.
_PROBLEMS = {
    "InvalidPart": (
        422,
        "part_invalid",
        (
            "S3 doesn't have one of the parts with this ETag. Upload that part again and send the"
            " ETag header of S3's response."
        ),
    ),
    "EntityTooSmall": (
        422,
        "part_too_small",
        (
            "A part before the last is smaller than part_size. Upload every part with part_size"
            " bytes, and the last with the rest."
        ),
    ),
    "EntityTooLarge": (
        422,
        "part_too_large",
        "The parts together exceed the size limit of S3. Split the file.",
    ),
    "NoSuchUpload": (
        409,
        "upload_gone",
        "The upload wasn't completed in time and its parts were deleted. Start a new import.",
    ),
}
