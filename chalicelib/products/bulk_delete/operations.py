"""POST /products/bulk-delete in the OpenAPI document."""

from typing import Annotated

from pydantic import Field

from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.problems import ProblemResponse
from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.responses import Time
from chalicelib.products.bulk_delete.kind import BULK_DELETE as KIND
from chalicelib.products.bulk_delete.requests import BulkDeleteRequest


class SelectedCountResponse(ResponseBody):
    """How many products a selection matches, and how long their deletion can be reverted."""

    count: int
    revertible_until: Annotated[
        Time | None,
        Field(description="For a bulk delete that starts now; null if the journal is off."),
    ]


class CountProblemResponse(ProblemResponse):
    """Problem details; `count_mismatch` has the real count."""

    # Other problems lack it, so the document must not have a default.
    count: Annotated[int, Field(default_factory=lambda: 0)]


BULK_DELETE = Operation(
    tag="products",
    body=BulkDeleteRequest,
    headers=[IDEMPOTENCY_KEY],
    responses={
        200: ResponseSpec(
            SelectedCountResponse,
            example={"count": 120000, "revertible_until": "2026-12-24T09:30:00.000Z"},
            description="The count, for a dry run",
        ),
        409: ResponseSpec(CountProblemResponse),
        202: ResponseSpec(KIND.response, ["Location", "Retry-After"], example=KIND.example),
    },
    errors={409: ["count_mismatch"]},
    example={"filter": {"active": False}, "expected_count": 120000},
)
