"""The kind of job that an import is: what the API answers of it, its events and its workflow."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.imports.abandoned import end_waiting, release
from chalicelib.imports.described import (
    CountsResponse,
    DetectedResponse,
    ImportProfileResponse,
    PlanResponse,
    RepairResponse,
    WarningResponse,
)
from chalicelib.imports.job import Apply, ImportJob, ImportPhase
from chalicelib.imports.steps.repair import note_reverted
from chalicelib.jobs.events import EndEvents, JobEventBody
from chalicelib.jobs.kind import JobKind
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import JobId, RevertibleJobResponse, describe_links


class ImportSummaryResponse(RevertibleJobResponse):
    """An import in a list of jobs."""

    links: Annotated[
        dict[str, str], describe_links("rejects", "skipped", "changes", "apply", "revert")
    ]
    kind: Literal["import"]
    phase: ImportPhase | None
    filename: str
    size_bytes: int
    profile: Annotated[
        ImportProfileResponse | None, Field(description="Null if the import used none.")
    ]
    counts: CountsResponse
    parent_job_id: Annotated[
        JobId | None, Field(description="The import whose rejects this one takes; null if none.")
    ]
    repair: Annotated[
        RepairResponse | None, Field(description="Null until an import has taken the rejects.")
    ]


class ImportJobResponse(ImportSummaryResponse):
    """An import and its progress."""

    options: Annotated[Json, Field(description="The given options, with their defaults.")]
    apply: Apply
    plan: Annotated[
        PlanResponse | None, Field(description="With `apply` `manual`, once it is made.")
    ] = None
    detected: Annotated[DetectedResponse | None, Field(description="Null until it is known.")]
    warnings: list[WarningResponse]


class ImportEventBody(JobEventBody):
    """The data of an import's event."""

    kind: Literal["import"]
    counts: CountsResponse
    filename: str
    size_bytes: int
    parent_job_id: Annotated[
        JobId | None, Field(description="The import whose rejects this one took; null if none.")
    ]
    plan: Annotated[PlanResponse | None, Field(description="With `apply` `manual`.")]


_LINKS = {"rejects": "/imports/{job_id}/rejects", "skipped": "/imports/{job_id}/skipped"}
_SUMMARY_EXAMPLE: Json = {
    "job_id": "job_01m85g57s7w6pgg03m8hrxcz85",
    "kind": "import",
    "status": "COMPLETED",
    "phase": "finish",
    "attempt": 1,
    "filename": "spring.csv",
    "size_bytes": 91,
    "profile": None,
    "progress": {
        "bytes_total": 91,
        "bytes_done": 91,
        "records_total": 3,
        "records_done": 3,
        "percent": 100,
    },
    "counts": {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 0,
        "skipped": 0,
        "rejected": 1,
        "missing": 0,
    },
    "parent_job_id": None,
    "repair": {"fixed": 1, "of": 1, "jobs": ["job_01m85g57s7w6pgg03m8hrxcz86"]},
    "error": None,
    "cancel_requested": False,
    "requested_by": {"caller_id": "key_01m85g57s7w6pgg03m8hrxcz85", "name": "the shop"},
    "created_at": "2026-11-24T09:30:00.000Z",
    "started_at": "2026-11-24T09:30:01.250Z",
    "finished_at": "2026-11-24T09:30:02.125Z",
    "revertible_until": "2026-12-24T09:30:00.000Z",
    "reverted_by": None,
    "cost": {
        "usd": "0.00046588",
        "gigabyte_seconds": 0.857,
        "requests": 8,
        "transitions": 18,
        "region": "eu-central-1",
        "prices_as_of": "2026-11-25",
    },
    "updated_at": "2026-11-24T09:30:02.125Z",
    "links": {
        "self": "/jobs/job_01m85g57s7w6pgg03m8hrxcz85",
        "rejects": "/imports/job_01m85g57s7w6pgg03m8hrxcz85/rejects",
        "skipped": "/imports/job_01m85g57s7w6pgg03m8hrxcz85/skipped",
        "revert": "/jobs/job_01m85g57s7w6pgg03m8hrxcz85/revert",
    },
}
_EXAMPLE: Json = _SUMMARY_EXAMPLE | {
    "options": {"mapping": {}, "blank": {}},
    "apply": "auto",
    "plan": None,
    "detected": {
        "encoding": "utf-8",
        "delimiter": ",",
        "header_line": 1,
        "format": None,
        "decimal_mark": ".",
        "currency": None,
        "evidence": {
            "encoding": "UTF-8: no characters outside ASCII were found.",
            "delimiter": "It cuts the header into 3 columns, and 2 of 2 records too.",
            "header_line": "Line 1 names columns for sku, name and price.",
            "decimal_mark": "2 of 2 prices in Regular price have a point before two digits, for"
            " example in line 2.",
        },
        "columns": {"SKU": "sku", "Title": "name", "Regular price": "price"},
        "header": ["SKU", "Title", "Regular price"],
    },
    "warnings": [],
}


def describe_upload(job: ImportJob) -> Json:
    """Return the workflow's input: the job's source in the form of S3's event."""
    source = job.source or {}
    described = {"key": source["key"], "size": source["size_bytes"], "etag": source["etag"]}
    return {"detail": {"bucket": {"name": source["bucket"]}, "object": described}}


IMPORT = JobKind(
    name="import",
    model=ImportJob,
    response=ImportJobResponse,
    summary=ImportSummaryResponse,
    example=_EXAMPLE,
    summary_example=_SUMMARY_EXAMPLE,
    scope="imports:write",
    actions_path="/imports",
    links=_LINKS,
    undo_links={"revert": "/jobs/{job_id}/revert"},
    events=EndEvents(
        types={
            "PLANNED": "import.planned",
            "COMPLETED": "import.completed",
            "FAILED": "import.failed",
            "CANCELLED": "import.cancelled",
        },
        data=ImportEventBody,
        links=_LINKS,
    ),
    make_input=describe_upload,
    clean_up=release,
    note_reverted=note_reverted,
    sweep=end_waiting,
    cancel_too_late="The import has begun to change the catalogue and can't be cancelled anymore.",
    retry_is_useless="The file was not uploaded as declared, or the plan was applied in part and is"
    " no longer stored. Start a new import.",
)
