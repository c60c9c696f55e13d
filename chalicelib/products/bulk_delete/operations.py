"""What the API's document says of POST /products/bulk-delete."""

from typing import Annotated

from pydantic import Field

from chalicelib.http.answers import AnswerBody
from chalicelib.http.operations import IDEMPOTENCY_KEY, Answer, Operation
from chalicelib.http.problems import ProblemAnswer
from chalicelib.products.bulk_delete.kind import BULK_DELETE as KIND
from chalicelib.products.bulk_delete.requests import BulkDeleteRequest


class SelectedCountAnswer(AnswerBody):
    """How many products a selection means."""

    count: int


class CountProblemAnswer(ProblemAnswer):
    """A problem; of `count_mismatch` with the real count."""

    # Left out of other problems, so that the document has no default to tell.
    count: Annotated[int, Field(default_factory=lambda: 0)]


BULK_DELETE = Operation(
    tag="products",
    body=BulkDeleteRequest,
    headers=[IDEMPOTENCY_KEY],
    answers={
        200: Answer(
            SelectedCountAnswer, example={"count": 120000}, description="Of a dry run: the count"
        ),
        409: Answer(CountProblemAnswer),
        202: Answer(KIND.answer, ["Location", "Retry-After"], example=KIND.example),
    },
    errors={409: ["count_mismatch"]},
    example={"filter": {"active": False}, "expected_count": 120000},
)
