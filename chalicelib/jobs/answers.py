"""What the API answers of jobs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, WithJsonSchema

from chalicelib.http.answers import AnswerBody, Page
from chalicelib.jobs.models import JOB_ID, Json, Kind, Phase, Status
from chalicelib.times import format_time

JobId = Annotated[str, Field(pattern=JOB_ID, examples=["job_01m85g57s7w6pgg03m8hrxcz85"])]
Time = Annotated[
    datetime,
    PlainSerializer(format_time, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Link = Literal["self", "rejects", "retry", "cancel"]


class ProgressAnswer(AnswerBody):
    """How much is done; within an attempt no number ever decreases."""

    bytes_total: int
    bytes_done: int
    records_total: Annotated[int | None, Field(description="Null until they are counted.")]
    records_done: int
    percent: Annotated[int, Field(ge=0, le=100)]


class CountsAnswer(AnswerBody):
    """Records by outcome; every record is in exactly one."""

    created: int
    updated: int
    unchanged: int
    duplicate: int
    rejected: int


class DetectedAnswer(AnswerBody):
    """What the head of the file told."""

    encoding: str
    delimiter: str
    columns: Annotated[
        dict[str, str | None],
        Field(description="Header name to product field, `attributes`, or null if left out."),
    ]


class JobErrorAnswer(AnswerBody):
    """Why a job failed."""

    code: str
    message: str


class JobSummaryAnswer(AnswerBody):
    """A job in a list of many."""

    job_id: JobId
    kind: Kind
    status: Status
    phase: Phase | None
    attempt: int
    filename: str
    size_bytes: int
    progress: ProgressAnswer
    counts: CountsAnswer
    error: JobErrorAnswer | None
    cancel_requested: bool
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    updated_at: Time
    links: Annotated[dict[Link, str], Field(description="Paths from the API's root.")]


class JobAnswer(JobSummaryAnswer):
    """One asynchronous request and how far it has come."""

    options: Annotated[Json, Field(description="As they were given, with their defaults.")]
    detected: Annotated[DetectedAnswer | None, Field(description="Null until it is known.")]


class JobPage(Page):
    """A page of jobs, newest first."""

    items: list[JobSummaryAnswer]


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
    "created_at": "2026-11-24T09:30:00.000Z",
    "started_at": "2026-11-24T09:30:01.250Z",
    "finished_at": "2026-11-24T09:30:02.125Z",
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
    },
}
