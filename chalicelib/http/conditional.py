"""Conditional requests: If-None-Match saves a body, If-Match prevents lost updates."""

import re

from chalice.app import Request, Response

from chalicelib.errors import ProblemError

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_LISTED = re.compile(r'\s*((?:W/)?"[^"]*")\s*(?:,|$)')


def is_not_modified(request: Request, etag: str) -> bool:
    """Return whether If-None-Match has `etag`: the client's copy is current."""
    given = request.headers.get("if-none-match", "").strip()
    return given == "*" or etag in _TAG.findall(given)


def make_not_modified_response(response: Response) -> Response:
    """Return a 304 with the headers of `response`, the full response."""
    headers = {n: v for n, v in response.headers.items() if n.lower() != "content-type"}
    return Response("", headers, 304)


def check_if_match_sent(request: Request) -> None:
    """Raise ProblemError 428 if the request has no If-Match."""
    if "if-match" not in request.headers:
        raise ProblemError(
            428,
            "precondition_required",
            "The request has no If-Match header. Send the ETag that you fetched, or * to overwrite"
            " any version.",
        )


def check_if_match(request: Request, etag: str) -> None:
    """Raise ProblemError 412 if If-Match is given and doesn't have `etag`."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*" or etag in _LISTED.findall(given):
        return
    raise ProblemError(
        412,
        "precondition_failed",
        "It has changed since you fetched it. Fetch it again and retry.",
        headers={"ETag": etag},
    )
