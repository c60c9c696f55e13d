"""GET /openapi.json and GET /docs: the document, and a reader for it."""

from functools import cache
from hashlib import sha256
from typing import Annotated

from chalice.app import Request, Response
from pydantic import Field
from pydantic_core import to_json

from chalicelib.errors import ProblemError
from chalicelib.http.conditional import answer_unchanged, matches
from chalicelib.http.operations import IF_NONE_MATCH, Answer, Operation
from chalicelib.http.parsing import JSON, Query, read_query
from chalicelib.http.routing import Routes, answer, point_to
from chalicelib.http.scopes import PUBLIC
from chalicelib.openapi.reader import POLICY, Reader

routes = Routes(__name__)
reader = Reader()

AssetName = Annotated[str, Field(examples=["reader.js"], description="As the page names it.")]
_FOR_MINUTES = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"  # another content has another name
_PLAIN = {"X-Content-Type-Options": "nosniff"}


@routes.route(
    "/openapi.json",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service",
        headers=[IF_NONE_MATCH],
        answers={200: Answer(JSON, ["ETag"]), 304: Answer(headers=["ETag"])},
    ),
)
def show_document(request: Request) -> Response:
    """Answer this document."""
    read_query(request, Query)
    return _answer_kept(request, _write_document(), {"Content-Type": JSON})


@routes.route(
    "/docs",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service",
        headers=[IF_NONE_MATCH],
        answers={200: Answer("text/html", ["ETag"]), 304: Answer(headers=["ETag"])},
    ),
)
def show_reader(request: Request) -> Response:
    """Answer a page on which this document is read and tried out."""
    read_query(request, Query)
    page = reader.write_page(point_to(request, "") or ".")
    policy = {"Content-Security-Policy": POLICY}
    return _answer_kept(request, page, {"Content-Type": "text/html; charset=utf-8"} | policy)


@routes.route(
    "/docs/{asset}",
    methods=["GET"],
    scope=PUBLIC,
    operation=Operation(
        tag="service",
        answers={200: Answer("text/css, text/javascript")},
        errors={404: ["not_found"]},
    ),
)
def show_asset(request: Request, asset: AssetName) -> Response:
    """Answer a file that the page of the document needs."""
    read_query(request, Query)
    found = reader.find_asset(asset)
    if found is None:
        raise ProblemError(404, "not_found", "The page has no such file.")
    headers = {"Content-Type": found.media_type, "Cache-Control": _FOR_EVER}
    return answer(found.text, headers=headers | _PLAIN)


def _answer_kept(request: Request, text: str, headers: dict[str, str]) -> Response:
    etag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    response = answer(
        text, headers=headers | _PLAIN | {"ETag": etag, "Cache-Control": _FOR_MINUTES}
    )
    return answer_unchanged(response) if matches(request, etag) else response


@cache
def _write_document() -> str:
    # At the first request rather than at every cold start, most of which nobody asks for it.
    from chalicelib.openapi.document import make_document

    return to_json(make_document(routes.current_app.routes)).decode()
