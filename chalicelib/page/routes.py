"""GET / and GET /assets/{asset}: the page and its assets."""

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
    """Show the web page for imports, products, webhooks and keys."""
    # Any query string is accepted: an issuer adds its sign-in response to this URL.
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
    """Download an asset of the web page."""
    read_query(request, Query)
    return make_asset_response(page.find_asset(asset))


def _make_policy(settings: Settings) -> str:
    """Return the policy that lets the page connect to the API, to S3 and to the OpenID issuer.

    An issuer may have its token endpoint at another origin. Its discovery document has the URL, but
    this function's network may have no internet access, so that origin is a setting.
    """
    issuer = urlsplit(settings.oidc_issuer)
    return make_policy(
        services().uploads.origin,
        f"{issuer.scheme}://{issuer.netloc}" if issuer.netloc else "",
        settings.oidc_token_origin,
    )
