"""The response models of the routes of single records, with an example of each."""

from typing import Annotated

from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.imports.planning import PlannedAction
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import Time

FieldValue = str | int | bool | dict[str, str] | None


class RejectResponse(ResponseBody):
    """A rejected record, and why."""

    line: Annotated[int, Field(description="The line that the record starts on, from 1.")]
    code: str
    field: str | None
    message: str
    record: Annotated[str, Field(description="The original text, with U+FFFD for invalid bytes.")]
    truncated: Annotated[bool, Field(description="Whether `record` is cut off after 64 KiB.")]
    group_line: Annotated[
        int | None,
        Field(description="The line of the row that begins its group, if that is another."),
    ]
    group_record: Annotated[
        str | None,
        Field(description="That row; null if it is rejected itself or a reject above has it."),
    ]


class RejectPage(Page):
    """A page of rejects, by line."""

    items: list[RejectResponse]


class SkipResponse(ResponseBody):
    """A record that was left out on purpose, and why."""

    line: Annotated[int, Field(description="The line that the record starts on, from 1.")]
    reason: Annotated[str, Field(description="A stable code, such as `not_in_catalogue`.")]
    sku: Annotated[str | None, Field(description="The record's SKU; null if it has none.")]
    message: str


class SkipPage(Page):
    """A page of skips, by line."""

    items: list[SkipResponse]


class PlannedValueResponse(ResponseBody):
    """The value of a field now, and the one that it would have."""

    before: FieldValue
    after: FieldValue


class PlannedChangeResponse(ResponseBody):
    """A product that a plan would create or update, or that is missing from the file."""

    sku: str | None
    product_id: Annotated[int | None, Field(description="Null if it would be created.")]
    action: PlannedAction
    line: Annotated[int | None, Field(description="Of its record, from 1; null if it has none.")]
    changes: Annotated[
        dict[str, PlannedValueResponse],
        Field(description="By field, of a product that exists: prices as text."),
    ]


class PlannedChangePage(Page):
    """A page of planned changes: updated, then created, then missing products."""

    items: list[PlannedChangeResponse]


class ReportResponse(ResponseBody):
    """The URL of the file with all rejects, skipped records or planned changes."""

    url: Annotated[str, Field(description="Fetch it without an Authorization header.")]
    expires_at: Time


REJECTS_EXAMPLE: Json = {
    "items": [
        {
            "line": 4,
            "code": "price_negative",
            "field": "price",
            "message": "Price is below 0. Use 0 or more.",
            "record": "LAMP-3,Desk lamp,-4.20",
            "truncated": False,
            "group_line": None,
            "group_record": None,
        }
    ],
    "next_cursor": None,
}
SKIPS_EXAMPLE: Json = {
    "items": [
        {
            "line": 4,
            "reason": "not_in_catalogue",
            "sku": "LAMP-9",
            "message": "The catalogue has no such product, and this import only updates products.",
        }
    ],
    "next_cursor": None,
}
CHANGES_EXAMPLE: Json = {
    "items": [
        {
            "sku": "LAMP-1",
            "product_id": 12,
            "action": "updated",
            "line": 2,
            "changes": {"price": {"before": "24.90", "after": "22.50"}},
        },
        {"sku": "LAMP-7", "product_id": None, "action": "created", "line": 3, "changes": {}},
    ],
    "next_cursor": None,
}
REPORT_EXAMPLE: Json = {
    "url": "https://bucket.s3.amazonaws.com/reports/job_01m85g57s7w6pgg03m8hrxcz85/rejects.csv?X-Amz-Signature=…",
    "expires_at": "2026-11-24T10:30:00.000Z",
}
