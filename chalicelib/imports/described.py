"""The parts of what the API answers of an import."""

from typing import Annotated

from pydantic import Field

from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.responses import JobId, Time
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
    is_overwritten: Annotated[
        bool, Field(description="Whether the apply wrote it anyway; otherwise it was kept.")
    ] = False


class PlanDriftResponse(ResponseBody):
    """The products that someone changed after the plan was made."""

    count: int
    overwritten: Annotated[
        int, Field(description="How many of them the apply wrote anyway: all are in a report.")
    ] = 0
    products: Annotated[list[DriftedProductResponse], Field(description="The first 100.")]


class PriceChangesResponse(ResponseBody):
    """How many prices change by more than a percentage of the price before."""

    above_percent: int
    count: int


class EstimateResponse(ResponseBody):
    """What an import will probably cost and take; the counts of its calls are exact."""

    usd: Annotated[
        str | None,
        Field(
            description="US dollars, as `cost` of the job will have them at its end; null if the"
            " prices of the region are unknown."
        ),
    ]
    minutes: Annotated[
        float, Field(ge=0, description="Of the import; of a plan, minutes of its apply.")
    ]


class PlanResponse(ResponseBody):
    """What an import would do, as long as nobody changes its products."""

    counts: CountsResponse
    fields: Annotated[dict[str, int], Field(description="Updated products by changed field.")]
    price_changes: PriceChangesResponse
    quantity_to_zero: Annotated[
        int, Field(description="Updated products whose quantity becomes 0.")
    ]
    estimate: EstimateResponse
    planned_at: Time
    expires_at: Time
    drift: Annotated[
        PlanDriftResponse | None,
        Field(
            description="What the last apply found, and kept or overwrote. While the import is"
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


class RepairResponse(ResponseBody):
    """How many rejects of an import later imports of its rejects file have fixed."""

    fixed: Annotated[int, Field(description="Rejects whose record was imported, each once.")]
    of: Annotated[int, Field(description="All rejects of this import.")]
    jobs: Annotated[list[JobId], Field(description="Those imports, at most the last 100.")]
