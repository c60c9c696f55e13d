"""The routes of one product: create, read, replace, patch and delete it."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.http.callers import read_caller
from chalicelib.http.conditional import (
    check_if_match_sent,
    is_not_modified,
    make_not_modified_response,
)
from chalicelib.http.idempotency import do_once
from chalicelib.http.operations import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    Operation,
    ResponseSpec,
)
from chalicelib.http.parsing import JSON, MERGE_PATCH, Query, read_body, read_query
from chalicelib.http.routing import Routes, make_relative_url, make_response
from chalicelib.products.edits import transaction
from chalicelib.products.edits.paths import (
    PathId,
    make_check,
    make_product_response,
    read_id,
)
from chalicelib.products.edits.requests import PatchProduct, WriteProduct
from chalicelib.products.edits.service import read_product
from chalicelib.products.journal.writing import Journal
from chalicelib.products.responses import PRODUCT_EXAMPLE, ProductResponse, SkuTakenResponse
from chalicelib.products.rules import Rule, make_rules

routes = Routes(__name__)

_MISSING = {404: ["product_not_found"]}
_CHANGED = {412: ["precondition_failed"]}
_TAKEN = {409: ["sku_taken"]}
_TAKEN_OR_BUSY = {409: ["sku_taken", "catalogue_busy"]}
_READ = ResponseSpec(ProductResponse, ["ETag"], example=PRODUCT_EXAMPLE)
_CONFLICT = ResponseSpec(SkuTakenResponse)
_WRITTEN = {"sku": "LAMP-1", "name": "Desk lamp", "price": "24.90", "attributes": {"colour": "red"}}


@routes.route(
    "/products",
    methods=["POST"],
    scope="products:write",
    operation=Operation(
        tag="products",
        body=WriteProduct,
        headers=[IDEMPOTENCY_KEY],
        example=_WRITTEN,
        responses={
            201: ResponseSpec(ProductResponse, ["ETag", "Location"], example=PRODUCT_EXAMPLE),
            409: _CONFLICT,
        },
        errors=_TAKEN | _MISSING,
    ),
)
def create_product(request: Request) -> Response:
    """Create a product. A field that is left out gets its default, as in an import."""
    read_query(request, Query)
    body = read_body(request, WriteProduct, context=_make_rules())
    journal = _make_journal(request)

    def act() -> dict[str, Any]:
        values = body.to_values()
        product = services().editor.edit(
            "create_product", lambda c: transaction.create_product(c, journal, values)
        )
        return {"id": product.id}

    product_id = do_once(services().idempotency, request, "POST /products", body, act)["id"]
    product = read_product(services().settings, "find_product", product_id)
    headers = {
        "ETag": product.etag,
        "Location": make_relative_url(request, f"/products/{product_id}"),
    }
    return make_response(product, 201, headers)


@routes.route(
    "/products/{product_id}",
    methods=["GET"],
    scope="products:read",
    operation=Operation(
        tag="products",
        headers=[IF_NONE_MATCH],
        responses={200: _READ, 304: ResponseSpec(headers=["ETag"])},
        errors=_MISSING,
    ),
)
def show_product(request: Request, product_id: PathId) -> Response:
    """Return a product, or 304 if it has not changed."""
    read_query(request, Query)
    product = read_product(services().settings, "show_product", read_id(product_id))
    response = make_product_response(product)
    return (
        make_not_modified_response(response) if is_not_modified(request, product.etag) else response
    )


@routes.route(
    "/products/{product_id}",
    methods=["PUT"],
    scope="products:write",
    operation=Operation(
        tag="products",
        body=WriteProduct,
        headers=[IF_MATCH],
        example=_WRITTEN,
        responses={200: _READ, 409: _CONFLICT},
        errors=_MISSING | _CHANGED | _TAKEN_OR_BUSY | {428: ["precondition_required"]},
    ),
)
def replace_product(request: Request, product_id: PathId) -> Response:
    """Replace a product. `If-Match` names the version to replace; `*` matches any."""
    read_query(request, Query)
    check_if_match_sent(request)
    values = read_body(request, WriteProduct, context=_make_rules()).to_values()
    number, check = read_id(product_id), make_check(request)
    journal = _make_journal(request)
    product = services().editor.edit(
        "replace_product",
        lambda c: transaction.change_product(c, journal, number, check, lambda _: values),
    )
    return make_product_response(product)


@routes.route(
    "/products/{product_id}",
    methods=["PATCH"],
    scope="products:write",
    operation=Operation(
        tag="products",
        body=PatchProduct,
        media_type=MERGE_PATCH,
        headers=[IF_MATCH],
        example={"price": "19.90", "attributes": {"colour": None}},
        responses={200: _READ, 409: _CONFLICT},
        errors=_MISSING | _CHANGED | _TAKEN_OR_BUSY,
    ),
)
def patch_product(request: Request, product_id: PathId) -> Response:
    """Change fields of a product with a JSON merge patch."""
    read_query(request, Query)
    body = read_body(request, PatchProduct, (MERGE_PATCH, JSON), context=_make_rules())
    number, check = read_id(product_id), make_check(request)
    journal = _make_journal(request)
    product = services().editor.edit(
        "patch_product", lambda c: transaction.change_product(c, journal, number, check, body.apply)
    )
    return make_product_response(product)


@routes.route(
    "/products/{product_id}",
    methods=["DELETE"],
    scope="products:write",
    operation=Operation(
        tag="products",
        headers=[IF_MATCH],
        responses={204: ResponseSpec()},
        errors=_MISSING | _CHANGED,
    ),
)
def delete_product(request: Request, product_id: PathId) -> Response:
    """Delete a product."""
    read_query(request, Query)
    number, check = read_id(product_id), make_check(request)
    journal = _make_journal(request)
    services().editor.edit(
        "delete_product", lambda c: transaction.delete_product(c, journal, number, check)
    )
    return Response("", {"Cache-Control": "no-store"}, 204)


def _make_journal(request: Request) -> Journal:
    return Journal.of_caller(services().settings, read_caller(request))


def _make_rules() -> dict[str, Rule]:
    settings = services().settings
    return make_rules(settings.sku_max_length, settings.name_max_length)
