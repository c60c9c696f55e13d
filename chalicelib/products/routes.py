"""The routes of the catalogue: list and search."""

from typing import Annotated, Any, get_args

from chalice.app import Request, Response
from pydantic import Field, JsonValue, field_validator

from chalicelib.bootstrap import services
from chalicelib.http.operations import Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_cursor
from chalicelib.http.parsing import read_query
from chalicelib.http.routing import Routes
from chalicelib.postgres import connect
from chalicelib.products import listing
from chalicelib.products.documents import Moment, begin_reading
from chalicelib.products.filters import Filters
from chalicelib.products.listing import POSITIONS, Sort
from chalicelib.products.models import MEMBERS
from chalicelib.products.responses import PRODUCTS_EXAMPLE, ProductPage
from chalicelib.products.search import Place, search_products
from chalicelib.times import format_time

routes = Routes(__name__)

_SCOPE = "products"
_NAMES = "|".join(MEMBERS)
# For clients whose generator would name "-sku" by a number.
_ORDERS: dict[str, JsonValue] = {
    "x-enum-varnames": [
        f"{sort.lstrip('-')}_DESCENDING".upper() if sort.startswith("-") else sort.upper()
        for sort in get_args(Sort)
    ]
}
_FIELDS: dict[str, JsonValue] = {"pattern": f"^({_NAMES})(,({_NAMES}))*$"}  # as checked below


class ProductsQuery(Filters, Paging):
    """The filters, order and fields of GET /products."""

    sort: Annotated[Sort, Field(json_schema_extra=_ORDERS)] | None = None
    fields: (
        Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=_FIELDS)] | None
    ) = None

    @field_validator("fields")
    @classmethod
    def _check_fields(cls, fields: str) -> str:
        if not set(fields.split(",")) <= set(MEMBERS):
            raise ValueError(f"Fields are {', '.join(MEMBERS)}, with commas between them.")
        return fields


@routes.route(
    "/products",
    methods=["GET"],
    scope="products:read",
    operation=Operation(
        tag="products",
        query=ProductsQuery,
        responses={200: ResponseSpec(ProductPage, ["Link"], example=PRODUCTS_EXAMPLE)},
    ),
)
def list_products(request: Request) -> Response:
    """Answer a page of products: by sku, or in the order asked for; a search by relevance."""
    query = read_query(request, ProductsQuery)
    names = query.fields.split(",") if query.fields else None
    sort = query.sort or (None if query.search else "sku")
    after = read_cursor(query, _SCOPE, POSITIONS[sort.lstrip("-")] if sort else Place)
    with connect(services().settings, "list_products") as connection, connection.cursor() as cursor:
        moment = begin_reading(cursor)
        if sort is None:
            page = search_products(cursor, moment, query, after, query.limit, names)
        else:
            page = listing.list_products(cursor, moment, query, sort, after, query.limit, names)
    next_cursor = make_cursor(query, _SCOPE, page.last) if page.last else None
    items = [product.to_json(names) for product in page.products]
    return make_page_response(items, query, next_cursor, _tell_freshness(query, moment))


def _tell_freshness(query: ProductsQuery, moment: Moment) -> dict[str, Any]:
    """Say of a search whether it knows all products as they are now."""
    if query.search is None:
        return {}
    since = format_time(moment.behind_since)
    return {"search": {"is_current": not moment.is_behind, "behind_since": since}}
