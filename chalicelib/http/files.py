"""Files for browsers: pages and what they need, how long they are kept, and what they may do."""

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

# What may lie beside a page: texts alone, so that the gateway need not be told what is binary.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": JSON,
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_HTML = "text/html; charset=utf-8"
_FOR_MINUTES = "public, max-age=300"
_IF_SAME = "no-cache"  # it names files that are gone with the next deployment
_FOR_EVER = "public, max-age=31536000, immutable"  # another content has another name
_PLAIN = {"X-Content-Type-Options": "nosniff"}
_ALONE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
    "Referrer-Policy": "no-referrer",
}

AssetName = Annotated[str, Field(examples=["reader.js"], description="As the page names it.")]


def describe_cacheable(media_type: str) -> dict[int, ResponseSpec]:
    """Return the answers of a route that answers with `make_cacheable_response`."""
    return {200: ResponseSpec(media_type, ["ETag"]), 304: ResponseSpec(headers=["ETag"])}


class Asset(NamedTuple):
    """A file that a page needs."""

    media_type: str
    text: str


def find_asset_file(path: Path | None) -> Asset | None:
    """Return the file at `path`, if there is one."""
    return Asset(TYPES[path.suffix], path.read_text(encoding="utf-8")) if path else None


def make_policy(*origins: str) -> str:
    """Return the policy of a page with nothing inline and nothing from elsewhere.

    Its scripts may talk to `origins` beside its own. Pictures may be data: addresses.
    """
    reached = " ".join(["'self'", *dict.fromkeys(filter(None, origins))])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        f" font-src 'self'; connect-src {reached}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )


def make_html_response(request: Request, html: str, policy: str) -> Response:
    """Answer a page that a browser holds to `policy`, and keeps while it is still the same."""
    headers = {"Content-Type": _HTML, "Content-Security-Policy": policy, "Cache-Control": _IF_SAME}
    return make_cacheable_response(request, html, headers | _ALONE)


def make_cacheable_response(request: Request, text: str, headers: dict[str, str]) -> Response:
    """Answer a text that clients keep for minutes, or as `headers` say; 304 to who has this one."""
    etag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    kept = {"ETag": etag, "Cache-Control": _FOR_MINUTES}
    response = make_response(text, headers=kept | headers | _PLAIN)
    return make_not_modified_response(response) if is_not_modified(request, etag) else response


def make_asset_response(found: Asset | None) -> Response:
    """Answer a file that browsers keep for ever; raises ProblemError 404 where there is none."""
    if found is None:
        raise ProblemError(404, "not_found", "The page has no such file.")
    headers = {"Content-Type": found.media_type, "Cache-Control": _FOR_EVER}
    return make_response(found.text, headers=headers | _PLAIN)
