"""The kind of job that an export is: what the API answers of it, and its events."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.exports.job import ExportJob, ExportPhase
from chalicelib.exports.requests import ExportRequest
from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.events import EndEvents, JobEventBody
from chalicelib.jobs.kind import JobKind
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import AnyJobResponse, Time, describe_links


class ExportCountsResponse(ResponseBody):
    """How many products are in the file."""

    exported: int


class ExportedFileResponse(ResponseBody):
    """The finished file; `links.file` downloads it until it expires with the job."""

    filename: str
    size_bytes: int


class DownloadResponse(ExportedFileResponse):
    """The finished file and where to download it."""

    url: Annotated[str, Field(description="Fetch it without an Authorization header.")]
    expires_at: Time


class ExportJobResponse(AnyJobResponse):
    """An export and its progress; its records are products."""

    kind: Literal["export"]
    phase: ExportPhase | None
    request: Annotated[Json, Field(description="The body of the request, with its defaults.")]
    counts: ExportCountsResponse
    file: Annotated[
        ExportedFileResponse | None, Field(description="Null until the job is COMPLETED.")
    ]
    links: Annotated[dict[str, str], describe_links("file")]


class ExportEventBody(JobEventBody):
    """The data of an export's event."""

    kind: Literal["export"]
    counts: ExportCountsResponse


_LINKS = {"file": "/exports/{job_id}/file"}
_EXAMPLE: Json = {
    "job_id": "job_01m874d6s9pw7g6qbq672zd9sm",
    "kind": "export",
    "status": "PROCESSING",
    "phase": "export",
    "attempt": 1,
    "request": ExportRequest.from_json({"filter": {"active": True}}).to_json(),
    "progress": {
        "bytes_total": 0,
        "bytes_done": 0,
        "records_total": 120000,
        "records_done": 40000,
        "percent": 35,
    },
    "counts": {"exported": 40000},
    "file": None,
    "error": None,
    "cancel_requested": False,
    "requested_by": {"caller_id": "key_01m85g57s7w6pgg03m8hrxcz85", "name": "the shop"},
    "created_at": "2026-11-24T09:30:00.000Z",
    "started_at": "2026-11-24T09:30:00.250Z",
    "finished_at": None,
    "cost": None,
    "updated_at": "2026-11-24T09:30:01.125Z",
    "links": {
        "self": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm",
        "file": "/exports/job_01m874d6s9pw7g6qbq672zd9sm/file",
        "cancel": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm/cancel",
    },
}

DOWNLOAD_EXAMPLE: Json = {
    "filename": "products-2026-11-24-093000.csv",
    "size_bytes": 28400000,
    "url": "https://bucket.s3.eu-central-1.amazonaws.com/exports/job_01m874d6s9pw7g6qbq672zd9sm"
    "?X-Amz-Signature=…",
    "expires_at": "2026-11-24T09:36:00.000Z",
}

EXPORT = JobKind(
    name="export",
    model=ExportJob,
    response=ExportJobResponse,
    summary=ExportJobResponse,
    example=_EXAMPLE,
    summary_example=_EXAMPLE,
    scope="products:read",
    links=_LINKS,
    events=EndEvents(
        types={"COMPLETED": "export.completed", "FAILED": "export.failed"},
        data=ExportEventBody,
        links=_LINKS,
    ),
)
