"""The response models of the import routes, with an example of each."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.jobs.models import Json, Status
from chalicelib.jobs.responses import JobId, Time

PartSize = Annotated[int, Field(description="Bytes of every part but the last.")]


class PutUploadResponse(ResponseBody):
    """An upload by one PUT with these headers."""

    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: Time


class PartUrlResponse(ResponseBody):
    """The URL to PUT one part to."""

    part_number: int
    url: str


class PartUrlsResponse(ResponseBody):
    """The URLs to PUT the requested parts to."""

    parts: list[PartUrlResponse]
    expires_at: Time


class MultipartUploadResponse(PartUrlsResponse):
    """An upload in parts, with the URLs of the first parts."""

    method: Literal["MULTIPART"]
    part_size: PartSize
    part_count: int


class PartResponse(ResponseBody):
    """An uploaded part, and the ETag that completes the upload."""

    part_number: int
    etag: str
    size_bytes: int


class PartPage(Page):
    """A page of the uploaded parts, by number."""

    items: list[PartResponse]
    part_size: PartSize
    part_count: int


class ImportResponse(ResponseBody):
    """A job, and where to upload its source."""

    job_id: JobId
    status: Status
    upload: Annotated[
        PutUploadResponse | MultipartUploadResponse | None,
        Field(description="Null if the upload has ended: for a request that was repeated late."),
    ]


class DriftResponse(ResponseBody):
    """A difference between the header of a profile and that of a file."""

    code: Literal["column_gone", "column_new", "column_renamed"]
    column: Annotated[str, Field(description="Its name in the profile; of a new one in the file.")]
    message: str


class PreviewProfileResponse(ResponseBody):
    """The requested profile, or the one whose header is most like that of the file."""

    profile_id: str
    name: str
    is_exact: Annotated[bool, Field(description="Whether the file has exactly its columns.")]
    drift: list[DriftResponse]


_JOB_ID, _EXPIRES_AT = "job_01m85g57s7w6pgg03m8hrxcz85", "2026-11-24T10:30:00.000Z"
PART_URLS_EXAMPLE: Json = {
    "parts": [{"part_number": 1, "url": "https://bucket.s3.amazonaws.com/uploads/…?partNumber=1"}],
    "expires_at": _EXPIRES_AT,
}
PARTS_EXAMPLE: Json = {
    "items": [
        {
            "part_number": 1,
            "etag": '"5d41402abc4b2a76b9719d911017c592"',
            "size_bytes": 16777216,
        }
    ],
    "next_cursor": None,
    "part_size": 16777216,
    "part_count": 7,
}
IMPORT_EXAMPLE: Json = {
    "job_id": _JOB_ID,
    "status": "PENDING",
    "upload": {
        "method": "PUT",
        "url": f"https://bucket.s3.amazonaws.com/uploads/{_JOB_ID}?X-Amz-Signature=…",
        "headers": {},
        "expires_at": _EXPIRES_AT,
    },
}
