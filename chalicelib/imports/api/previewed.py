"""The response models of a preview, with an example."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.responses import ResponseBody
from chalicelib.imports.api.responses import PreviewProfileResponse
from chalicelib.imports.described import EstimateResponse, WarningResponse
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import JobErrorResponse
from chalicelib.products.fields import FieldName as ProductField
from chalicelib.products.numbers import DecimalMark


class PreviewColumnResponse(ResponseBody):
    """A column of a file, under the name that `options.mapping` uses."""

    header: str
    field: Annotated[
        ProductField | Literal["id", "attributes"] | None,
        Field(description="What it becomes; null if it is ignored."),
    ]


class PreviewRejectResponse(ResponseBody):
    """Why a record would be rejected."""

    code: str
    field: str | None
    message: str


class PreviewSkipResponse(ResponseBody):
    """Why a record would be skipped."""

    reason: str
    message: str


class PreviewRecordResponse(ResponseBody):
    """A record's cells before any rule; bytes that aren't UTF-8 are U+FFFD."""

    line: Annotated[int, Field(description="The line that the record starts on, from 1.")]
    cells: list[str]
    reject: Annotated[
        PreviewRejectResponse | None,
        Field(description="Null also if the columns aren't known."),
    ]
    skip: Annotated[
        PreviewSkipResponse | None, Field(description="Set if the record isn't a product.")
    ]
    product: Annotated[
        dict[str, str | int | bool | dict[str, str] | None] | None,
        Field(
            description="The values by product field, blanks as null, and the attributes; null if"
            " the record is rejected or skipped."
        ),
    ]


class PreviewResponse(ResponseBody):
    """How a file would be imported. What can't be detected is null or empty."""

    members: Annotated[
        list[str],
        Field(
            description="The files of a ZIP archive that `options.member` may name, at most 100."
        ),
    ]
    member: Annotated[str | None, Field(description="The one that is read.")]
    sheets: Annotated[
        list[str],
        Field(description="The sheets of a workbook that `options.sheet` may name, at most 100."),
    ]
    sheet: Annotated[str | None, Field(description="The one that is read.")]
    encoding: Annotated[str | None, Field(examples=["utf-8", "utf-16-le"])]
    delimiter: str | None
    header_line: Annotated[int | None, Field(description="The line of the header row, from 1.")]
    format: Annotated[
        str | None, Field(description="The name of the format; null if none was recognized.")
    ]
    decimal_mark: Annotated[
        DecimalMark | None,
        Field(description="The character before decimals; null if the numbers don't show it."),
    ]
    currency: Annotated[
        str | None, Field(description="The currency that prices name: an ISO code, or a sign.")
    ]
    evidence: Annotated[
        dict[str, str], Field(description="Why, in one sentence for each member that was detected.")
    ]
    columns: list[PreviewColumnResponse]
    records: Annotated[list[PreviewRecordResponse], Field(description="The first records.")]
    warnings: list[WarningResponse]
    estimate: Annotated[
        EstimateResponse | None,
        Field(description="Of the whole file; null if its import would fail."),
    ]
    profile: Annotated[
        PreviewProfileResponse | None, Field(description="Null if no profile is like the file.")
    ]
    error: Annotated[
        JobErrorResponse | None,
        Field(description="Why an import would fail, with the code that its job would have."),
    ]


PREVIEW_EXAMPLE: Json = {
    "members": [],
    "member": None,
    "sheets": [],
    "sheet": None,
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
    "columns": [
        {"header": "SKU", "field": "sku"},
        {"header": "Title", "field": "name"},
        {"header": "Regular price", "field": "price"},
    ],
    "records": [
        {
            "line": 2,
            "cells": ["LAMP-1", "Desk lamp", "24.90"],
            "reject": None,
            "skip": None,
            "product": {
                "sku": "LAMP-1",
                "name": "Desk lamp",
                "price": "24.90",
                "attributes": {},
            },
        },
        {
            "line": 3,
            "cells": ["LAMP-3", "Desk lamp", "-4.20"],
            "reject": {
                "code": "price_negative",
                "field": "price",
                "message": "Price is below 0. Use 0 or more.",
            },
            "skip": None,
            "product": None,
        },
    ],
    "warnings": [],
    "estimate": {"usd": "0.00046588", "minutes": 0.05},
    "profile": {
        "profile_id": "prf_01m85g57s7w6pgg03m8hrxcz85",
        "name": "Spring supplier",
        "is_exact": False,
        "drift": [
            {"code": "column_gone", "column": "Stock", "message": "Column Stock is gone."},
        ],
    },
    "error": None,
}
