"""The kind of job that an export is: its responses."""

from typing import Literal

from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.kind import JobKind
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import AnyJobResponse
from chalicelib.products.export.job import ExportJob, ExportPhase


class ExportCountsResponse(ResponseBody):
    """An export's products by outcome."""

    exported: int


class ExportJobResponse(AnyJobResponse):
    """An export and its progress; its records are products."""

    kind: Literal["export"]
    phase: ExportPhase | None
    counts: ExportCountsResponse


_EXAMPLE: Json = {
    "job_id": "job_01m874d6s9pw7g6qbq672zd9sm",
    "kind": "export",
    "status": "PENDING",
    "phase": None,
    "attempt": 1,
    "progress": {
        "bytes_total": 0,
        "bytes_done": 0,
        "records_total": None,
        "records_done": 0,
        "percent": 0,
    },
    "counts": {"exported": 0},
    "error": None,
    "cancel_requested": False,
    "requested_by": {"caller_id": "key_01m85g57s7w6pgg03m8hrxcz85", "name": "the shop"},
    "created_at": "2026-11-24T09:30:00.000Z",
    "started_at": None,
    "finished_at": None,
    "cost": None,
    "updated_at": "2026-11-24T09:30:00.000Z",
    "links": {
        "self": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm",
        "cancel": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm/cancel",
    },
}

EXPORT = JobKind(
    name="export",
    model=ExportJob,
    response=ExportJobResponse,
    summary=ExportJobResponse,
    example=_EXAMPLE,
    summary_example=_EXAMPLE,
    scope="products:read",
)
