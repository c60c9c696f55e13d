"""What the API answers of imports."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.jobs.models import Json, Status
from chalicelib.jobs.responses import JobErrorResponse, JobId, Time
from chalicelib.products.fields import FieldName as ProductField

PartSize = Annotated[int, Field(description="Bytes of every part but the last.")]


class PutUploadResponse(ResponseBody):
    """A source that is uploaded by one PUT, with these headers."""

    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: Time


class PartUrlResponse(ResponseBody):
    """Where one part is PUT."""

    part_number: int
    url: str


class PartUrlsResponse(ResponseBody):
    """Where the parts that were asked for are PUT."""

    parts: list[PartUrlResponse]
    expires_at: Time


class MultipartUploadResponse(PartUrlsResponse):
    """A source that is uploaded in parts, with the URLs of the first ones."""

    method: Literal["MULTIPART"]
    part_size: PartSize
    part_count: int


class PartResponse(ResponseBody):
    """A part that S3 has, and the ETag by which it is named when the upload is finished."""

    part_number: int
    etag: str
    size_bytes: int


class PartPage(Page):
    """A page of the parts that are uploaded, by number."""

    items: list[PartResponse]
    part_size: PartSize
    part_count: int


class ImportResponse(ResponseBody):
    """A job, and where its source goes."""

    job_id: JobId
    status: Status
    upload: Annotated[
        PutUploadResponse | MultipartUploadResponse | None,
        Field(description="Null when the upload is over: of a request that was repeated late."),
    ]


class RejectResponse(ResponseBody):
    """A record that was refused, and why."""

    line: Annotated[int, Field(description="The line it begins on, from 1.")]
    code: str
    field: str | None
    message: str
    record: Annotated[str, Field(description="As it was; what is not UTF-8 is U+FFFD.")]
    truncated: Annotated[bool, Field(description="Whether more than 64 KiB of it are left out.")]


class RejectPage(Page):
    """A page of rejects, by line."""

    items: list[RejectResponse]


class ReportResponse(ResponseBody):
    """Where the file with all rejects is."""

    url: Annotated[str, Field(description="To be fetched without any header of one's own.")]
    expires_at: Time


class PreviewColumnResponse(ResponseBody):
    """A column of a file, by the name that `options.mapping` knows it by."""

    header: str
    field: Annotated[
        ProductField | Literal["attributes"] | None,
        Field(description="What it becomes; null if it is left out."),
    ]


class PreviewRejectResponse(ResponseBody):
    """Why a record would be refused."""

    code: str
    field: str | None
    message: str


class PreviewRecordResponse(ResponseBody):
    """A record as it is cut into cells, before any rule; what is not UTF-8 is U+FFFD."""

    line: Annotated[int, Field(description="The line it begins on, from 1.")]
    cells: list[str]
    reject: Annotated[
        PreviewRejectResponse | None,
        Field(description="Null also where the columns are not known."),
    ]


class PreviewResponse(ResponseBody):
    """What a file would be imported as. What could not be told is null or empty."""

    encoding: Annotated[str | None, Field(examples=["utf-8", "utf-16-le"])]
    delimiter: str | None
    columns: list[PreviewColumnResponse]
    records: Annotated[list[PreviewRecordResponse], Field(description="The first ones.")]
    error: Annotated[
        JobErrorResponse | None,
        Field(description="Why an import of the file would fail; its codes are those of jobs."),
    ]


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
REJECTS_EXAMPLE: Json = {
    "items": [
        {
            "line": 4,
            "code": "price_negative",
            "field": "price",
            "message": "The price is below 0.",
            "record": "LAMP-3,Desk lamp,-4.20",
            "truncated": False,
        }
    ],
    "next_cursor": None,
}
REPORT_EXAMPLE: Json = {
    "url": f"https://bucket.s3.amazonaws.com/reports/{_JOB_ID}/rejects.csv?X-Amz-Signature=…",
    "expires_at": _EXPIRES_AT,
}
PREVIEW_EXAMPLE: Json = {
    "encoding": "utf-8",
    "delimiter": ",",
    "columns": [
        {"header": "SKU", "field": "sku"},
        {"header": "Title", "field": "name"},
        {"header": "Regular price", "field": "price"},
    ],
    "records": [
        {"line": 2, "cells": ["LAMP-1", "Desk lamp", "24.90"], "reject": None},
        {
            "line": 3,
            "cells": ["LAMP-3", "Desk lamp", "-4.20"],
            "reject": {
                "code": "price_negative",
                "field": "price",
                "message": "The price is below 0.",
            },
        },
    ],
    "error": None,
}
