"""The route of lists and searches of products."""

from typing import Annotated, Any, get_args

from chalice.app import Request, Response
from pydantic import Field, JsonValue, field_validator

from chalicelib.bootstrap import services
from chalicelib.http.operations import Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_cursor
from chalicelib.http.parsing import read_query
from chalicelib.http.routing import Routes
from chalicelib.postgres import connect
from chalicelib.products.lists import listing
from chalicelib.products.lists.documents import Snapshot, begin_reading
from chalicelib.products.lists.filters import Filters
from chalicelib.products.lists.listing import POSITIONS, Sort
from chalicelib.products.lists.search import Place, search_products
from chalicelib.products.models import MEMBERS
from chalicelib.products.responses import PRODUCTS_EXAMPLE, ProductPage
from chalicelib.times import format_time

routes = Routes(__name__)

_SCOPE = "products"
_NAMES = "|".join(MEMBERS)
# Generators of clients would otherwise name "-sku" by a number.
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
            raise ValueError(
                f"Unknown field. Use some of {', '.join(MEMBERS)}, separated by commas."
            )
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
    """List or search products. Lists are sorted by SKU by default, searches by relevance."""
    query = read_query(request, ProductsQuery)
    names = query.fields.split(",") if query.fields else None
    sort = query.sort or (None if query.search else "sku")
    after = read_cursor(query, _SCOPE, POSITIONS[sort.lstrip("-")] if sort else Place)
    with connect(services().settings, "list_products") as connection, connection.cursor() as cursor:
        snapshot = begin_reading(cursor)
        if sort is None:
            page = search_products(cursor, snapshot, query, after, query.limit, names)
        else:
            page = listing.list_products(cursor, snapshot, query, sort, after, query.limit, names)
    next_cursor = make_cursor(query, _SCOPE, page.last) if page.last else None
    items = [product.to_json(names) for product in page.products]
    return make_page_response(items, query, next_cursor, _describe_freshness(query, snapshot))


def _describe_freshness(query: ProductsQuery, snapshot: Snapshot) -> dict[str, Any]:
    """Return whether a search was current; nothing for a list."""
    if query.search is None:
        return {}
    since = format_time(snapshot.behind_since)
    return {"search": {"is_current": not snapshot.is_behind, "behind_since": since}}
