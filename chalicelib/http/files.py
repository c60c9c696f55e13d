"""Responses for browsers: pages and their assets, with cache and security headers."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple

from chalice.app import Request, Response
from pydantic import Field

from chalicelib.errors import ProblemError
from chalicelib.http.conditional import is_not_modified, make_not_modified_response
from chalicelib.http.operations import ResponseSpec
from chalicelib.http.parsing import JSON
from chalicelib.http.routing import make_response

# Asset types: text only, so that the gateway needs no list of binary media types.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": JSON,
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_HTML = "text/html; charset=utf-8"
_SHORT = "public, max-age=300"
_REVALIDATE = "no-cache"  # the next deployment removes the assets that a page names
_IMMUTABLE = "public, max-age=31536000, immutable"  # names have a hash of the content
_NO_SNIFF = {"X-Content-Type-Options": "nosniff"}
_ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
    "Referrer-Policy": "no-referrer",
}

AssetName = Annotated[str, Field(examples=["reader.js"], description="Name of the file.")]


def describe_cacheable(media_type: str) -> dict[int, ResponseSpec]:
    """Return the responses of a route that uses `make_cacheable_response`."""
    return {200: ResponseSpec(media_type, ["ETag"]), 304: ResponseSpec(headers=["ETag"])}


class Asset(NamedTuple):
    """A file of a page."""

    media_type: str
    text: str


def find_asset_file(path: Path | None) -> Asset | None:
    """Return the asset at `path`; None if `path` is None."""
    return Asset(TYPES[path.suffix], path.read_text(encoding="utf-8")) if path else None


def make_policy(*origins: str) -> str:
    """Return a Content-Security-Policy that allows nothing inline and nothing from other origins.

    Scripts may connect to `origins` in addition to their own. Images may be data: URLs.
    """
    allowed = " ".join(["'self'", *dict.fromkeys(filter(None, origins))])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        f" font-src 'self'; connect-src {allowed}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )


def make_html_response(request: Request, html: str, policy: str) -> Response:
    """Return a page with this Content-Security-Policy, which browsers revalidate."""
    headers = {"Content-Type": _HTML, "Cache-Control": _REVALIDATE}
    policies = {"Content-Security-Policy": policy} | _ISOLATED
    return make_cacheable_response(request, html, headers | policies)


def make_cacheable_response(request: Request, text: str, headers: dict[str, str]) -> Response:
    """Return a text with an ETag, or a 304; cached for 5 minutes unless `headers` say otherwise."""
    etag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    kept = {"ETag": etag, "Cache-Control": _SHORT}
    response = make_response(text, headers=kept | headers | _NO_SNIFF)
    return make_not_modified_response(response) if is_not_modified(request, etag) else response


def make_asset_response(found: Asset | None) -> Response:
    """Return an asset that browsers cache permanently; raises ProblemError 404 if it's None."""
    if found is None:
        raise ProblemError(404, "not_found", "File not found.")
    headers = {"Content-Type": found.media_type, "Cache-Control": _IMMUTABLE}
    return make_response(found.text, headers=headers | _NO_SNIFF)
