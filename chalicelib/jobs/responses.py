"""What the API answers of jobs of every kind."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, RootModel, WithJsonSchema, create_model

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.jobs.models import JOB_ID, Status
from chalicelib.times import format_time

JobId = Annotated[str, Field(pattern=JOB_ID, examples=["job_01m85g57s7w6pgg03m8hrxcz85"])]
Time = Annotated[
    datetime,
    PlainSerializer(format_time, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class ProgressResponse(ResponseBody):
    """How much is done; within an attempt no number ever decreases."""

    bytes_total: int
    bytes_done: int
    records_total: Annotated[
        int | None,
        Field(
            description="Null until they are counted. Blank rows of a file count until its merge"
            " begins."
        ),
    ]
    records_done: int
    percent: Annotated[int, Field(ge=0, le=100)]


class RequesterResponse(ResponseBody):
    """The caller who created a job: an API key by its id, or a subject of the issuer."""

    caller_id: str
    name: str


class JobErrorResponse(ResponseBody):
    """Why a job failed."""

    code: str
    message: str


class CostResponse(ResponseBody):
    """The estimated cost of a job's functions and transitions, without S3 and the database.

    All attempts count, and so do retried steps.
    """

    usd: Annotated[str, Field(pattern=r"^\d+\.\d{8}$", description="US dollars.")]
    gigabyte_seconds: Annotated[
        float, Field(ge=0, description="Memory of the functions multiplied by time.")
    ]
    requests: Annotated[int, Field(ge=0, description="Function invocations.")]
    transitions: Annotated[int, Field(ge=0, description="State transitions of the workflow.")]
    region: str
    prices_as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


def describe_links(*names: str) -> Any:
    """Return the description of a job's links, of which a kind has `names` beside every job's."""
    allowed: Any = {"enum": ["self", *names, "retry", "cancel"]}
    return Field(
        description="Paths from the API's root.", json_schema_extra={"propertyNames": allowed}
    )


class AnyJobResponse(ResponseBody):
    """The fields of every job."""

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
        Field(description="Null until the job has ended, and if the prices are unknown."),
    ] = None
    updated_at: Time
    links: Annotated[dict[str, str], describe_links()]


class RevertibleJobResponse(AnyJobResponse):
    """The fields of a job that changes products and can be reverted."""

    revertible_until: Annotated[
        Time | None,
        Field(
            description="Until when the job can be taken back; null if it can't, because"
            " it hasn't ended, changed nothing, or its journal has expired."
        ),
    ] = None
    reverted_by: Annotated[str | None, Field(description="The last job that reverts this one.")] = (
        None
    )


def make_job_response(models: Sequence[type[AnyJobResponse]]) -> type[RootModel[Any]]:
    """Return the answer of one job of any kind: one of `models`."""
    return _join("JobResponse", "An asynchronous request and its progress.", models)


def make_job_page(models: Sequence[type[AnyJobResponse]]) -> type[Page]:
    """Return the answer of a page of jobs of any kind, each one of `models`."""
    summary: Any = _join("JobSummaryResponse", "A job in a list.", models)
    doc = "A page of jobs, newest first."
    return create_model("JobPage", __base__=Page, __doc__=doc, items=(list[summary], ...))


def _join(name: str, doc: str, models: Sequence[type[AnyJobResponse]]) -> type[RootModel[Any]]:
    union: Any = reduce(or_, models)
    root: Any = (union, Field(discriminator="kind"))
    return create_model(name, __base__=RootModel[union], __doc__=doc, root=root)
