"""The kind of job that a bulk delete is: what the API answers of it, and its events."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.events import EndEvents, JobEventBody
from chalicelib.jobs.kind import JobKind
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import RevertibleJobResponse, describe_links
from chalicelib.products.bulk_delete.job import BulkDeleteJob, BulkDeletePhase


class BulkDeleteCountsResponse(ResponseBody):
    """A bulk delete's products by outcome; skipped ones were gone, or no longer matched."""

    deleted: int
    skipped: int


class BulkDeleteJobResponse(RevertibleJobResponse):
    """A bulk delete and its progress; its records are products."""

    kind: Literal["bulk_delete"]
    phase: BulkDeletePhase | None
    selection: Annotated[Json, Field(description="As given; for SKUs, only how many there are.")]
    expected_count: int | None
    counts: BulkDeleteCountsResponse
    links: Annotated[dict[str, str], describe_links("revert")]


class BulkDeleteEventBody(JobEventBody):
    """The data of a bulk delete's event."""

    kind: Literal["bulk_delete"]
    counts: BulkDeleteCountsResponse


_EXAMPLE: Json = {
    "job_id": "job_01m874d6s9pw7g6qbq672zd9sm",
    "kind": "bulk_delete",
    "status": "PROCESSING",
    "phase": "delete",
    "attempt": 1,
    "selection": {"filter": {"active": False}},
    "expected_count": 120000,
    "progress": {
        "bytes_total": 0,
        "bytes_done": 0,
        "records_total": 120000,
        "records_done": 40000,
        "percent": 36,
    },
    "counts": {"deleted": 39998, "skipped": 2},
    "error": None,
    "cancel_requested": False,
    "requested_by": {"caller_id": "key_01m85g57s7w6pgg03m8hrxcz85", "name": "the shop"},
    "created_at": "2026-11-24T09:30:00.000Z",
    "started_at": "2026-11-24T09:30:00.250Z",
    "finished_at": None,
    "revertible_until": None,
    "reverted_by": None,
    "cost": None,
    "updated_at": "2026-11-24T09:30:01.125Z",
    "links": {
        "self": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm",
        "cancel": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm/cancel",
    },
}


def has_deleted(job: BulkDeleteJob) -> bool:
    """Say whether an end is announced: what was deleted before a failure stays deleted."""
    return job.status == "COMPLETED" or job.counts.deleted > 0


BULK_DELETE = JobKind(
    name="bulk_delete",
    model=BulkDeleteJob,
    response=BulkDeleteJobResponse,
    summary=BulkDeleteJobResponse,
    example=_EXAMPLE,
    summary_example=_EXAMPLE,
    scope="products:write",
    undo_links={"revert": "/jobs/{job_id}/revert"},
    events=EndEvents(
        types={
            "COMPLETED": "products.deleted",
            "FAILED": "products.deleted",
            "CANCELLED": "products.deleted",
        },
        data=BulkDeleteEventBody,
        is_announced=has_deleted,
    ),
)
