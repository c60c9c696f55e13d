"""GET / and GET /assets/{asset}: the page, and the files it needs."""

from urllib.parse import urlsplit

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.http.files import (
    TYPES,
    AssetName,
    describe_cacheable,
    make_asset_response,
    make_html_response,
    make_policy,
)
from chalicelib.http.operations import IF_NONE_MATCH, Operation, ResponseSpec
from chalicelib.http.parsing import Query, read_query
from chalicelib.http.routing import Routes, make_root_url
from chalicelib.http.scopes import PUBLIC
from chalicelib.page.built import BuiltPage
from chalicelib.settings import Settings

routes = Routes(__name__)
page = BuiltPage()


@routes.route(
    "/",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service",
        headers=[IF_NONE_MATCH],
        responses=describe_cacheable("text/html"),
        errors={503: ["page_not_built"]},
    ),
)
def show_page(request: Request) -> Response:
    """Answer the page for people: imports, products, webhooks and keys."""
    # Any query is let in: an issuer may add its answer to a sign-in, and more, to this address.
    settings = services().settings
    values = {
        "oidc-issuer": settings.oidc_issuer,
        "oidc-client-id": settings.oidc_client_id,
        "oidc-audience": settings.oidc_audience,
        "oidc-token-origin": settings.oidc_token_origin,
    }
    html = page.write(make_root_url(request), values)
    return make_html_response(request, html, _make_policy(settings))


@routes.route(
    "/assets/{asset}",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service",
        responses={200: ResponseSpec(", ".join(kind.partition(";")[0] for kind in TYPES.values()))},
        errors={404: ["not_found"]},
    ),
)
def show_page_asset(request: Request, asset: AssetName) -> Response:
    """Answer a file that the page needs."""
    read_query(request, Query)
    return make_asset_response(page.find_asset(asset))


def _make_policy(settings: Settings) -> str:
    """Let the page talk to what is its own, to the S3 of its uploads, and to the OpenID issuer.

    An issuer may give its tokens at another origin. Its document, which says so, cannot be asked
    for here: this function's network may have no way out. So that origin is a setting.
    """
    issuer = urlsplit(settings.oidc_issuer)
    return make_policy(
        services().uploads.origin,
        f"{issuer.scheme}://{issuer.netloc}" if issuer.netloc else "",
        settings.oidc_token_origin,
    )
