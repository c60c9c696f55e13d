"""GET /openapi.json and GET /docs: the document and its documentation page."""

from functools import cache

from chalice.app import Request, Response
from pydantic_core import to_json

from chalicelib.http.files import (
    AssetName,
    describe_cacheable,
    make_asset_response,
    make_cacheable_response,
    make_html_response,
)
from chalicelib.http.operations import IF_NONE_MATCH, Operation, ResponseSpec
from chalicelib.http.parsing import JSON, Query, read_query
from chalicelib.http.routing import Routes, make_root_url
from chalicelib.http.scopes import PUBLIC
from chalicelib.openapi.reader import POLICY, Reader

routes = Routes(__name__)
reader = Reader()


@routes.route(
    "/openapi.json",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(tag="service", headers=[IF_NONE_MATCH], responses=describe_cacheable(JSON)),
)
def show_document(request: Request) -> Response:
    """Show this document."""
    read_query(request, Query)
    return make_cacheable_response(request, _write_document(), {"Content-Type": JSON})


@routes.route(
    "/docs",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service", headers=[IF_NONE_MATCH], responses=describe_cacheable("text/html")
    ),
)
def show_reader(request: Request) -> Response:
    """Show the documentation page of this document."""
    read_query(request, Query)
    return make_html_response(request, reader.write_page(make_root_url(request)), POLICY)


@routes.route(
    "/docs/{asset}",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service",
        responses={200: ResponseSpec("text/css, text/javascript")},
        errors={404: ["not_found"]},
    ),
)
def show_asset(request: Request, asset: AssetName) -> Response:
    """Download an asset of the documentation page."""
    read_query(request, Query)
    return make_asset_response(reader.find_asset(asset))


@cache
def _write_document() -> str:
    # At the first request rather than at every cold start, most of which nobody asks for it.
    from chalicelib.openapi.document import make_document

    return to_json(make_document(routes.current_app.routes)).decode()
