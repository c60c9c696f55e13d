"""What the API's document says of POST /products/bulk-delete."""

from typing import Annotated

from pydantic import Field

from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.problems import ProblemResponse
from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.responses import BULK_DELETE_EXAMPLE, BulkDeleteJobResponse
from chalicelib.products.bulk_delete.requests import BulkDeleteRequest


class SelectedCountResponse(ResponseBody):
    """How many products a selection means."""

    count: int


class CountProblemResponse(ProblemResponse):
    """A problem; of `count_mismatch` with the real count."""

    # Left out of other problems, so that the document has no default to tell.
    count: Annotated[int, Field(default_factory=lambda: 0)]


BULK_DELETE = Operation(
    tag="products",
    body=BulkDeleteRequest,
    headers=[IDEMPOTENCY_KEY],
    responses={
        200: ResponseSpec(
            SelectedCountResponse, example={"count": 120000}, description="Of a dry run: the count"
        ),
        409: ResponseSpec(CountProblemResponse),
        202: ResponseSpec(
            BulkDeleteJobResponse, ["Location", "Retry-After"], example=BULK_DELETE_EXAMPLE
        ),
    },
    errors={409: ["count_mismatch"]},
    example={"filter": {"active": False}, "expected_count": 120000},
)
