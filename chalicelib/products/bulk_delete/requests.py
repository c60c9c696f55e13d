"""What clients send to POST /products/bulk-delete, and which products it means."""

from typing import Annotated, Any, Literal, Self

from psycopg2 import sql
from pydantic import ConfigDict, Field, field_validator, model_validator

from chalicelib.http.parsing import Body
from chalicelib.products.limits import MOST_SKUS
from chalicelib.products.lists.filters import Filters, FilterText, where
from chalicelib.products.rules import WHITE_SPACE


class FilterBody(Filters):
    """The filters of GET /products, as a JSON object."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _refuse_empty(self) -> Self:
        if not self.given():
            raise ValueError('An empty filter means every product; say so with {"all": true}.')
        return self


class Selection(Body):
    """Which products are meant: exactly one of the three."""

    filter: FilterBody | None = None
    skus: Annotated[list[FilterText], Field(min_length=1, max_length=MOST_SKUS)] | None = None
    all: Literal[True] | None = None

    @field_validator("skus")
    @classmethod
    def _trim(cls, skus: list[str] | None) -> list[str] | None:
        return list(dict.fromkeys(sku.strip(WHITE_SPACE) for sku in skus or [])) or None

    @model_validator(mode="after")
    def _refuse_ambiguous(self) -> Self:
        given = [part for part in (self.filter, self.skus, self.all) if part is not None]
        if len(given) != 1:
            raise ValueError("Give exactly one of filter, skus and all.")
        return self

    @property
    def means_all(self) -> bool:
        """Whether every product is meant, whatever it is like."""
        return self.all is True

    def condition(self) -> sql.Composable:
        """Return the condition that holds for these products in the view `current_documents`."""
        if self.filter is not None:
            return where(self.filter)
        if self.skus is None:
            return sql.SQL("true")
        keys = 'ARRAY(SELECT sku_key_of(sku) COLLATE "C" FROM unnest({}::text[]) AS sku)'
        return sql.SQL(f"sku_key = ANY ({keys})").format(sql.Literal(self.skus))

    def to_json(self) -> dict[str, Any]:
        """Return the selection as it is kept."""
        names = set(Selection.model_fields)
        return self.model_dump(mode="json", include=names, by_alias=True, exclude_none=True)

    def describe(self) -> dict[str, Any]:
        """Return what a job shows of the selection: of skus, only how many there are."""
        return {"sku_count": len(self.skus)} if self.skus is not None else self.to_json()


class BulkDeleteRequest(Selection):
    """POST /products/bulk-delete: these products are to be deleted."""

    expected_count: Annotated[int, Field(ge=0)] | None = None
    dry_run: bool = False
