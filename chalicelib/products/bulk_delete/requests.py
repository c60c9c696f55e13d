"""The body of POST /products/bulk-delete: which products a bulk delete selects."""

import json
from typing import Annotated, Any, Literal, Self

from psycopg2 import sql
from pydantic import ConfigDict, Field, field_validator, model_validator

from chalicelib.http.parsing import Body
from chalicelib.products.limits import MOST_SKUS
from chalicelib.products.lists.conditions import where
from chalicelib.products.lists.filters import Filters, FilterText
from chalicelib.products.rules import WHITE_SPACE


class FilterBody(Filters):
    """The filters of GET /products, as a JSON object."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _check_not_empty(self) -> Self:
        if not self.given():
            raise ValueError('Must not be empty. Send {"all": true} to select every product.')
        return self


class Selection(Body):
    """The selected products: exactly one of the three members."""

    filter: FilterBody | None = None
    skus: Annotated[list[FilterText], Field(min_length=1, max_length=MOST_SKUS)] | None = None
    all: Literal[True] | None = None

    @field_validator("skus")
    @classmethod
    def _trim(cls, skus: list[str] | None) -> list[str] | None:
        return list(dict.fromkeys(sku.strip(WHITE_SPACE) for sku in skus or [])) or None

    @model_validator(mode="after")
    def _check_one_member(self) -> Self:
        given = [part for part in (self.filter, self.skus, self.all) if part is not None]
        if len(given) != 1:
            raise ValueError("Must have exactly one of filter, skus and all.")
        return self

    @property
    def is_everything(self) -> bool:
        """Whether every product is selected."""
        return self.all is True

    def condition(self) -> sql.Composable:
        """Return the condition of the selected products in the view `current_documents`."""
        if self.filter is not None:
            return where(self.filter)
        if self.skus is None:
            return sql.SQL("true")
        condition = sql.SQL(
            "sku_key = ANY (ARRAY("
            'SELECT sku_key_of(sku) COLLATE "C" FROM unnest({}::text[]) AS sku))'
        )
        return condition.format(sql.Literal(self.skus))

    def to_json(self) -> dict[str, Any]:
        """Return the selection as the database stores it."""
        names = set(Selection.model_fields)
        return self.model_dump(mode="json", include=names, by_alias=True, exclude_none=True)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Return the selection that `to_json` described."""
        return cls.model_validate_json(json.dumps(stored))

    def describe(self) -> dict[str, Any]:
        """Return the selection as a job shows it: only the number of skus, not the skus."""
        return {"sku_count": len(self.skus)} if self.skus is not None else self.to_json()


class BulkDeleteRequest(Selection):
    """The products to delete, and how many the caller expects."""

    expected_count: Annotated[int, Field(ge=0)] | None = None
    dry_run: bool = False
