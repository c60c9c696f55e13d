"""Conditional requests: an unchanged answer has no body, an unseen change is not overwritten."""

import re

from chalice.app import Request, Response

from chalicelib.errors import ProblemError

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_LISTED = re.compile(r'\s*((?:W/)?"[^"]*")\s*(?:,|$)')


def is_not_modified(request: Request, etag: str) -> bool:
    """Say whether If-None-Match names `etag`, so that the client has the answer already."""
    given = request.headers.get("if-none-match", "").strip()
    return given == "*" or etag in _TAG.findall(given)


def make_not_modified_response(response: Response) -> Response:
    """Return 304 with the headers that `response`, the full answer, would have had."""
    headers = {n: v for n, v in response.headers.items() if n.lower() != "content-type"}
    return Response("", headers, 304)


def check_if_match_sent(request: Request) -> None:
    """Raise ProblemError 428 where a request does not say what it is about to replace."""
    if "if-match" not in request.headers:
        raise ProblemError(
            428,
            "precondition_required",
            "Send If-Match with the ETag of what you have read, so that nobody else's change is"
            " overwritten unseen; or If-Match: * to replace whatever is there.",
        )


def check_if_match(request: Request, etag: str) -> None:
    """Raise ProblemError 412 where If-Match is given and names another version than `etag`."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*" or etag in _LISTED.findall(given):
        return
    raise ProblemError(
        412,
        "precondition_failed",
        "It has been changed since you read it. Read it again, and decide anew.",
        headers={"ETag": etag},
    )
