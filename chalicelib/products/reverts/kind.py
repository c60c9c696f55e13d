"""The kind of job that a revert is: what the API answers of it, and its events."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.events import EndEvents, JobEventBody
from chalicelib.jobs.kind import JobKind
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import JobId, RevertibleJobResponse, describe_links
from chalicelib.products.reverts.ending import conclude_revert
from chalicelib.products.reverts.job import OnConflict, RevertJob, RevertPhase


class RevertCountsResponse(ResponseBody):
    """The products of the reverted job by outcome; every product has exactly one."""

    restored: Annotated[int, Field(description="Updated ones that have their values before again.")]
    deleted: Annotated[int, Field(description="Created ones that are gone again.")]
    recreated: Annotated[int, Field(description="Deleted ones that are back, with their ids.")]
    conflicts: Annotated[int, Field(description="Left as they are, because they changed since.")]


class RevertJobResponse(RevertibleJobResponse):
    """A revert and its progress; its records are products."""

    kind: Literal["revert"]
    phase: RevertPhase | None
    reverts: JobId
    on_conflict: OnConflict
    counts: RevertCountsResponse
    links: Annotated[dict[str, str], describe_links("conflicts", "revert")]


class RevertEventBody(JobEventBody):
    """The data of a revert's event."""

    kind: Literal["revert"]
    counts: RevertCountsResponse
    reverts: JobId


_LINKS = {"conflicts": "/jobs/{job_id}/conflicts"}
_EXAMPLE: Json = {
    "job_id": "job_01m874d6s9pw7g6qbq672zd9sm",
    "kind": "revert",
    "status": "PROCESSING",
    "phase": "restore",
    "attempt": 1,
    "reverts": "job_01m85g57s7w6pgg03m8hrxcz85",
    "on_conflict": "keep",
    "progress": {
        "bytes_total": 0,
        "bytes_done": 0,
        "records_total": 120000,
        "records_done": 40000,
        "percent": 36,
    },
    "counts": {"restored": 29990, "deleted": 10000, "recreated": 0, "conflicts": 10},
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
        "conflicts": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm/conflicts",
        "cancel": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm/cancel",
    },
}

REVERT = JobKind(
    name="revert",
    model=RevertJob,
    response=RevertJobResponse,
    summary=RevertJobResponse,
    example=_EXAMPLE,
    summary_example=_EXAMPLE,
    scope="products:write",
    links=_LINKS,
    undo_links={"revert": "/jobs/{job_id}/revert"},
    conclude=conclude_revert,
    events=EndEvents(
        types={"COMPLETED": "revert.completed", "FAILED": "revert.failed"},
        data=RevertEventBody,
        links=_LINKS,
    ),
)
