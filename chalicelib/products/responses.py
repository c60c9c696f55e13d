"""What the API answers of products."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from chalicelib.http.problems import ProblemResponse
from chalicelib.http.responses import Page, ResponseBody
from chalicelib.products.models import Product


def _require_nothing(schema: dict[str, Any]) -> None:
    schema.pop("required", None)


class ProductResponse(Product):
    """A product; `price` and `quantity` are null where they were cleared."""

    model_config = ConfigDict(defer_build=True)


class OtherProductResponse(ResponseBody):
    """The product that has a sku already."""

    id: int
    sku: str


class SkuTakenResponse(ProblemResponse):
    """Problem details that name the product in the way, where one is."""

    product: Annotated[OtherProductResponse, Field(default_factory=lambda: None)]


class ListedProductResponse(Product):
    """A product in a list: all of it, or what was asked for by `fields`."""

    model_config = ConfigDict(json_schema_extra=_require_nothing, defer_build=True)


class FreshnessResponse(ResponseBody):
    """Whether a search knows all products as they are now."""

    is_current: bool
    behind_since: Annotated[str | None, Field(json_schema_extra={"format": "date-time"})]


class ProductPage(Page):
    """A page of products."""

    items: list[ListedProductResponse]
    search: Annotated[
        FreshnessResponse,
        Field(default_factory=lambda: None, description="Of a search only."),
    ]


PRODUCT_EXAMPLE: dict[str, Any] = {
    "id": 1,
    "sku": "LAMP-1",
    "name": "Desk lamp",
    "description": "",
    "price": "24.90",
    "quantity": 0,
    "active": True,
    "attributes": {"colour": "red"},
    "source": {"job_id": "job_01m85g57s7w6pgg03m8hrxcz85", "line": 2},
    "created_at": "2026-11-24T09:30:02.125000Z",
    "updated_at": "2026-11-24T09:30:02.125000Z",
}
PRODUCTS_EXAMPLE: dict[str, Any] = {"items": [PRODUCT_EXAMPLE], "next_cursor": None}
