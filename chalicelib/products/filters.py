"""Which products are meant: the filters of lists and of bulk deletes, as models and as SQL.

A condition holds for `documents` and for the view `current_documents`, which has the same columns.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from psycopg2 import sql
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from chalicelib.http.times import Time
from chalicelib.ids import is_id
from chalicelib.jobs.models import JOB_ID, JOB_PREFIX
from chalicelib.products.limits import DECIMAL_DIGITS, DECIMAL_PLACES, SEARCH_MAX_LENGTH
from chalicelib.products.rules import WHITE_SPACE, nul_problem


def _refuse_nul(text: str) -> str:
    if "\0" in text:
        refusal = nul_problem(None, "text")
        raise PydanticCustomError(refusal.code, refusal.message)
    return text


def _refuse_blank(text: str) -> str:
    # It would be trimmed, and every sku begins with nothing.
    if not text.strip(WHITE_SPACE):
        raise ValueError("It is blank.")
    return text


_NOT_BLANK: dict[str, JsonValue] = {"pattern": r"^[^\x00]*[^\x00\t-\r \xa0][^\x00]*$"}
Sku = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000),
    AfterValidator(_refuse_nul),
    AfterValidator(_refuse_blank),
    Field(json_schema_extra=_NOT_BLANK),
]
Search = Annotated[
    str,
    StringConstraints(min_length=1, max_length=SEARCH_MAX_LENGTH, strip_whitespace=True),
    AfterValidator(_refuse_nul),
    Field(json_schema_extra={"pattern": r"^[^\x00]*[^\x00\s][^\x00]*$"}),  # as it is stripped
]


def _refuse_other_ids(text: str) -> str:
    if not is_id(JOB_PREFIX, text):
        raise ValueError("It is not a job's id, such as job_01m85g57s7w6pgg03m8hrxcz85.")
    return text


JobId = Annotated[
    str, AfterValidator(_refuse_other_ids), Field(json_schema_extra={"pattern": JOB_ID})
]


def _refuse_no_text(value: Any) -> Any:
    if not isinstance(value, str | Decimal):
        raise PydanticCustomError("price_not_text", 'Give the price as a text, such as "12.50".')
    return value


Price = Annotated[
    Decimal,
    BeforeValidator(_refuse_no_text),
    Field(
        strict=False,  # what was looked at is a text, no longer JSON
        ge=0,
        max_digits=DECIMAL_DIGITS + DECIMAL_PLACES,
        decimal_places=DECIMAL_PLACES,
        json_schema_extra={
            "pattern": rf"^[0-9]{{1,{DECIMAL_DIGITS}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?$"
        },
    ),
]


class Filters(BaseModel):
    """The filters that were given; a product is meant when it passes all of them."""

    sku: Sku | None = None
    sku_prefix: Annotated[Sku | None, Field(alias="sku[prefix]")] = None
    active: bool | None = None
    search: Search | None = None
    price_from: Annotated[Price | None, Field(alias="price[gte]")] = None
    price_to: Annotated[Price | None, Field(alias="price[lte]")] = None
    updated_from: Annotated[Time | None, Field(alias="updated_at[gte]")] = None
    updated_to: Annotated[Time | None, Field(alias="updated_at[lte]")] = None
    job_id: JobId | None = None

    def given(self) -> set[str]:
        """Return the names of the filters that were given."""
        return {name for name in Filters.model_fields if getattr(self, name) is not None}


# The words are constants of the statement, so that the planner knows how many products have them.
_CONDITIONS: dict[str, str] = {
    "sku": "sku_key = sku_key_of({})",
    "sku_prefix": "sku_key ^@ sku_key_of({})",
    "active": "active = {}",
    "search": "words @@ words_query({}, false)",
    "price_from": "price_key >= {}",
    "price_to": "price_key BETWEEN 0 AND {}",  # no price, which is kept as -1, is in no range
    "updated_from": "updated_at >= {}",
    "updated_to": "updated_at <= {}",
    "job_id": "job_id = {}",
}


def where(filters: Filters, *, without: frozenset[str] = frozenset()) -> sql.Composable:
    """Return the condition that the filters come to, without those in `without`."""
    conditions = list(_conditions(filters, without))
    return sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")


def _conditions(filters: Filters, without: frozenset[str]) -> Iterator[sql.Composable]:
    for name, condition in _CONDITIONS.items():
        value = getattr(filters, name)
        if value is not None and name not in without:
            yield sql.SQL(condition).format(sql.Literal(_plain(value)))


def _plain(value: Any) -> str | bool:
    match value:
        case bool():
            return value
        case datetime():
            return value.isoformat()
        case str():
            return value.strip(WHITE_SPACE)
    return str(value)
