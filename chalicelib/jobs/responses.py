"""What the API answers of jobs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, RootModel, WithJsonSchema

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.jobs.models import JOB_ID, BulkDeletePhase, ImportPhase, Json, Status
from chalicelib.times import format_time

JobId = Annotated[str, Field(pattern=JOB_ID, examples=["job_01m85g57s7w6pgg03m8hrxcz85"])]
Time = Annotated[
    datetime,
    PlainSerializer(format_time, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Link = Literal["self", "rejects", "retry", "cancel"]


class ProgressResponse(ResponseBody):
    """How much is done; within an attempt no number ever decreases."""

    bytes_total: int
    bytes_done: int
    records_total: Annotated[int | None, Field(description="Null until they are counted.")]
    records_done: int
    percent: Annotated[int, Field(ge=0, le=100)]


class CountsResponse(ResponseBody):
    """An import's records by outcome; every record is in exactly one."""

    created: int
    updated: int
    unchanged: int
    duplicate: int
    rejected: int


class BulkDeleteCountsResponse(ResponseBody):
    """A bulk delete's products by outcome; skipped ones were gone, or no longer meant."""

    deleted: int
    skipped: int


class RequesterResponse(ResponseBody):
    """Who asked for a job: an API key by its id, or a subject of the issuer."""

    caller_id: str
    name: str


class DetectedResponse(ResponseBody):
    """What the head of the file told."""

    encoding: str
    delimiter: str
    columns: Annotated[
        dict[str, str | None],
        Field(description="Header name to product field, `attributes`, or null if left out."),
    ]
    header: Annotated[
        list[str] | None,
        Field(description="The columns' names in the file's order; null if `columns` lacks some."),
    ] = None


class JobErrorResponse(ResponseBody):
    """Why a job failed."""

    code: str
    message: str


class CostResponse(ResponseBody):
    """What a job cost, an estimate: its functions and transitions, and neither S3 nor the database.

    All attempts count, and what was tried again counts again.
    """

    usd: Annotated[str, Field(pattern=r"^\d+\.\d{8}$", description="US dollars.")]
    gigabyte_seconds: Annotated[float, Field(ge=0, description="Memory by time of the functions.")]
    requests: Annotated[int, Field(ge=0, description="Calls of functions.")]
    transitions: Annotated[int, Field(ge=0, description="Of the workflow, from state to state.")]
    region: str
    prices_as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class AnyJobResponse(ResponseBody):
    """What every job has."""

    job_id: JobId
    status: Status
    attempt: int
    progress: ProgressResponse
    error: JobErrorResponse | None
    cancel_requested: bool
    requested_by: RequesterResponse | None
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    cost: Annotated[
        CostResponse | None,
        Field(description="Null until the job has ended, and where no prices are known."),
    ] = None
    updated_at: Time
    links: Annotated[dict[Link, str], Field(description="Paths from the API's root.")]


class ImportSummaryResponse(AnyJobResponse):
    """An import in a list of many jobs."""

    kind: Literal["import"]
    phase: ImportPhase | None
    filename: str
    size_bytes: int
    counts: CountsResponse


class ImportJobResponse(ImportSummaryResponse):
    """An import and how far it has come."""

    options: Annotated[Json, Field(description="As they were given, with their defaults.")]
    detected: Annotated[DetectedResponse | None, Field(description="Null until it is known.")]


class BulkDeleteJobResponse(AnyJobResponse):
    """A bulk delete and how far it has come; its records are products."""

    kind: Literal["bulk_delete"]
    phase: BulkDeletePhase | None
    selection: Annotated[Json, Field(description="As it was given; of SKUs, how many there are.")]
    expected_count: int | None
    counts: BulkDeleteCountsResponse


class JobSummaryResponse(RootModel[ImportSummaryResponse | BulkDeleteJobResponse]):
    """A job in a list of many."""

    root: ImportSummaryResponse | BulkDeleteJobResponse = Field(discriminator="kind")


class JobResponse(RootModel[ImportJobResponse | BulkDeleteJobResponse]):
    """One asynchronous request and how far it has come."""

    root: ImportJobResponse | BulkDeleteJobResponse = Field(discriminator="kind")


class JobPage(Page):
    """A page of jobs, newest first."""

    items: list[JobSummaryResponse]


SUMMARY_EXAMPLE: Json = {
    "job_id": "job_01m85g57s7w6pgg03m8hrxcz85",
    "kind": "import",
    "status": "COMPLETED",
    "phase": "finish",
    "attempt": 1,
    "filename": "spring.csv",
    "size_bytes": 91,
    "progress": {
        "bytes_total": 91,
        "bytes_done": 91,
        "records_total": 3,
        "records_done": 3,
        "percent": 100,
    },
    "counts": {"created": 2, "updated": 0, "unchanged": 0, "duplicate": 0, "rejected": 1},
    "error": None,
    "cancel_requested": False,
    "requested_by": {"caller_id": "key_01m85g57s7w6pgg03m8hrxcz85", "name": "the shop"},
    "created_at": "2026-11-24T09:30:00.000Z",
    "started_at": "2026-11-24T09:30:01.250Z",
    "finished_at": "2026-11-24T09:30:02.125Z",
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
    },
}
JOB_EXAMPLE: Json = SUMMARY_EXAMPLE | {
    "options": {"mapping": {}, "blank": {}},
    "detected": {
        "encoding": "utf-8",
        "delimiter": ",",
        "columns": {"SKU": "sku", "Title": "name", "Regular price": "price"},
        "header": ["SKU", "Title", "Regular price"],
    },
}
BULK_DELETE_EXAMPLE: Json = {
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
    "cost": None,
    "updated_at": "2026-11-24T09:30:01.125Z",
    "links": {
        "self": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm",
        "cancel": "/jobs/job_01m874d6s9pw7g6qbq672zd9sm/cancel",
    },
}
