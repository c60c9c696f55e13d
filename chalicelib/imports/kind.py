"""The kind of job that an import is: what the API answers of it, its events and its workflow."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.responses import ResponseBody
from chalicelib.imports.abandoned import end_waiting, release
from chalicelib.imports.job import Apply, ImportJob, ImportPhase
from chalicelib.jobs.events import EndEvents
from chalicelib.jobs.kind import JobKind
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import AnyJobResponse, Time, describe_links
from chalicelib.products.numbers import DecimalMark


class CountsResponse(ResponseBody):
    """An import's records by outcome: every record has exactly one. `missing` isn't of records."""

    created: int
    updated: int
    unchanged: int
    duplicate: int
    skipped: int
    rejected: int
    missing: Annotated[
        int,
        Field(
            description="Products that no record names, and that `options.missing` changed or"
            " deleted. They aren't records, so they don't count among those read."
        ),
    ]


class DriftedProductResponse(ResponseBody):
    """A product that isn't as it was when the plan was made."""

    product_id: Annotated[int | None, Field(description="Null if a record was to create it.")]
    sku: str | None
    line: Annotated[int | None, Field(description="The line that its record starts on.")]


class PlanDriftResponse(ResponseBody):
    """The products that someone changed after the plan was made."""

    count: int
    products: Annotated[list[DriftedProductResponse], Field(description="The first 100.")]


class PriceChangesResponse(ResponseBody):
    """How many prices change by more than a percentage of the price before."""

    above_percent: int
    count: int


class PlanResponse(ResponseBody):
    """What an import would do, as long as nobody changes its products."""

    counts: CountsResponse
    fields: Annotated[dict[str, int], Field(description="Updated products by changed field.")]
    price_changes: PriceChangesResponse
    quantity_to_zero: Annotated[
        int, Field(description="Updated products whose quantity becomes 0.")
    ]
    planned_at: Time
    expires_at: Time
    drift: Annotated[
        PlanDriftResponse | None,
        Field(
            description="What the last apply found and left as it is. While the import is"
            " `PLANNED`, nothing was applied because of it."
        ),
    ] = None


class WarningResponse(ResponseBody):
    """A possible mistake in the file; the import continues."""

    code: str
    message: str
    columns: Annotated[list[str], Field(description="Header names of the columns it is about.")]
    lines: Annotated[list[int], Field(description="The first lines it is about.")]


class DetectedResponse(ResponseBody):
    """What was detected in the head of the file."""

    encoding: str
    delimiter: str
    header_line: Annotated[int | None, Field(description="The line of the header row, from 1.")] = (
        None
    )
    format: Annotated[
        str | None, Field(description="The name of the format; null if none was recognized.")
    ] = None
    decimal_mark: Annotated[
        DecimalMark | None,
        Field(description="The character before decimals; null if the numbers don't show it."),
    ] = None
    currency: Annotated[
        str | None, Field(description="The currency that prices name: an ISO code, or a sign.")
    ] = None
    evidence: Annotated[
        dict[str, str],
        Field(
            default_factory=dict,
            description="Why, in one sentence for each of the members above.",
        ),
    ]
    columns: Annotated[
        dict[str, str | None],
        Field(description="Header name to product field, `attributes`, or null if left out."),
    ]
    header: Annotated[
        list[str] | None,
        Field(description="Column names in file order; null if `columns` lacks some of them."),
    ] = None


class ImportProfileResponse(ResponseBody):
    """The profile of an import, with the name that it had then."""

    profile_id: str
    name: str


class ImportSummaryResponse(AnyJobResponse):
    """An import in a list of jobs."""

    links: Annotated[dict[str, str], describe_links("rejects", "skipped", "changes", "apply")]
    kind: Literal["import"]
    phase: ImportPhase | None
    filename: str
    size_bytes: int
    profile: Annotated[
        ImportProfileResponse | None, Field(description="Null if the import used none.")
    ]
    counts: CountsResponse


class ImportJobResponse(ImportSummaryResponse):
    """An import and its progress."""

    options: Annotated[Json, Field(description="The given options, with their defaults.")]
    apply: Apply
    plan: Annotated[
        PlanResponse | None, Field(description="With `apply` `manual`, once it is made.")
    ] = None
    detected: Annotated[DetectedResponse | None, Field(description="Null until it is known.")]
    warnings: list[WarningResponse]


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
        "skipped": "/imports/job_01m85g57s7w6pgg03m8hrxcz85/skipped",
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
    events=EndEvents(
        types={
            "PLANNED": "import.planned",
            "COMPLETED": "import.completed",
            "FAILED": "import.failed",
            "CANCELLED": "import.cancelled",
        },
        members=("filename", "size_bytes", "plan"),
        links=_LINKS,
    ),
    make_input=describe_upload,
    clean_up=release,
    sweep=end_waiting,
    cancel_too_late="The import has begun to change the catalogue and can't be cancelled anymore.",
    retry_is_useless="The file was not uploaded as declared. Start a new import.",
)
