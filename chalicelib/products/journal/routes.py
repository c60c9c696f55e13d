"""The routes of a product's history: list its versions, and restore one."""

from contextlib import closing
from functools import cache
from itertools import islice
from typing import Annotated

from chalice.app import Request, Response
from pydantic import Field

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.callers import read_caller
from chalicelib.http.operations import IF_MATCH, Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_cursor
from chalicelib.http.parsing import Body, Query, read_body, read_query
from chalicelib.http.routing import Routes
from chalicelib.http.sizes import PageBudget, measure
from chalicelib.postgres import connect
from chalicelib.products.edits.paths import PathId, make_check, make_product_response, read_id
from chalicelib.products.edits.service import missing_problem
from chalicelib.products.journal.reading import read_history
from chalicelib.products.journal.responses import HISTORY_EXAMPLE, HistoryPage, describe_version
from chalicelib.products.journal.restoring import VersionMissingError, restore_version
from chalicelib.products.journal.writing import Journal
from chalicelib.products.models import Product
from chalicelib.products.responses import PRODUCT_EXAMPLE, ProductResponse, SkuTakenResponse

routes = Routes(__name__)

_VersionNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]


class RestoreRequest(Body):
    """The version to restore, from the product's history."""

    version: _VersionNumber


@routes.route(
    "/products/{product_id}/history",
    methods=["GET"],
    scope="products:read",
    operation=Operation(
        tag="products",
        query=Paging,
        responses={200: ResponseSpec(HistoryPage, ["Link"], example=HISTORY_EXAMPLE)},
        errors={404: ["product_not_found"]},
    ),
)
def show_history(request: Request, product_id: PathId) -> Response:
    """List the versions of a product, newest first, also of a deleted one.

    Each has who made it, when, and the fields that changed. Changes are kept for `UndoDays`.
    """
    query = read_query(request, Paging)
    number = read_id(product_id)
    scope = f"history of {number}"
    before = read_cursor(query, scope, _VersionNumber)
    find_file = cache(_find_file)
    with (
        connect(services().settings, "show_history") as connection,
        closing(read_history(connection, number)) as versions,
    ):
        older = (v for v in versions if before is None or v.entry.version < before)
        found = [describe_version(v, find_file) for v in islice(older, query.limit + 1)]
    if not found and before is None:
        raise missing_problem()
    page = found[: PageBudget(query.limit).take(map(measure, found))]
    next_cursor = make_cursor(query, scope, page[-1].version) if len(found) > len(page) else None
    return make_page_response(page, query, next_cursor)


@routes.route(
    "/products/{product_id}/restore",
    methods=["POST"],
    scope="products:write",
    operation=Operation(
        tag="products",
        body=RestoreRequest,
        headers=[IF_MATCH],
        example={"version": 3},
        responses={
            200: ResponseSpec(ProductResponse, ["ETag"], example=PRODUCT_EXAMPLE),
            409: ResponseSpec(SkuTakenResponse),
        },
        errors={
            404: ["product_not_found", "version_not_found"],
            409: ["sku_taken", "catalogue_busy"],
            412: ["precondition_failed"],
        },
    ),
)
def restore_product(request: Request, product_id: PathId) -> Response:
    """Give a product the values of one of its versions. A deleted product comes back."""
    read_query(request, Query)
    version = read_body(request, RestoreRequest).version
    number, check = read_id(product_id), make_check(request)
    journal = Journal.of_caller(services().settings, read_caller(request))
    try:
        product: Product = services().editor.edit(
            "restore_product", lambda c: restore_version(c, journal, number, check, version)
        )
    except VersionMissingError:
        raise ProblemError(
            404,
            "version_not_found",
            f"The history has no version {version:,} of this product that could be restored."
            f" GET /products/{number}/history lists its versions.",
        ) from None
    return make_product_response(product)


def _find_file(job_id: str) -> str | None:
    filename: str | None = getattr(services().jobs.get(job_id), "filename", None)
    return filename
