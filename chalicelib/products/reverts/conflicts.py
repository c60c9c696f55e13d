"""Read the conflicts of a revert."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from psycopg2.extensions import connection as Connection
from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.postgres import queries

Reason = Literal["changed_since", "deleted_since", "created_again", "sku_taken"]


class ConflictResponse(ResponseBody):
    """A product of the reverted job that isn't as that job left it."""

    product_id: int
    sku: Annotated[str | None, Field(description="Now, or before the job; null if it has neither.")]
    reason: Annotated[
        Reason,
        Field(
            description="`changed_since` or `deleted_since` the job, `created_again` after the job"
            " deleted it, or `sku_taken`: another product has the SKU that it had."
        ),
    ]
    is_overwritten: Annotated[
        bool, Field(description="Whether it was reverted anyway, because of `on_conflict`.")
    ]


class ConflictPage(Page):
    """A page of the conflicts of a revert, by product."""

    items: list[ConflictResponse]


CONFLICT_EXAMPLE: dict[str, Any] = {
    "product_id": 4711,
    "sku": "LAMP-1",
    "reason": "changed_since",
    "is_overwritten": False,
}


def read_conflicts(
    connection: Connection, job_id: str, after: int, limit: int
) -> Sequence[ConflictResponse]:
    """Return the conflicts of a revert whose product's id is above `after`."""
    names = {"job_id": job_id, "after": after, "limit": limit}
    fields = ("product_id", "sku", "reason", "is_overwritten")
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["list_conflicts"], names)
        return [ConflictResponse(**dict(zip(fields, row, strict=True))) for row in cursor]
