"""Conditional requests: an unchanged answer costs no body."""

import re

from chalice.app import Request, Response

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def matches(request: Request, etag: str) -> bool:
    """Say whether If-None-Match names `etag`, so that the client has the answer already."""
    given = request.headers.get("if-none-match", "").strip()
    return given == "*" or etag in _TAG.findall(given)


def answer_unchanged(response: Response) -> Response:
    """Return 304 with the headers that `response`, the full answer, would have had."""
    headers = {n: v for n, v in response.headers.items() if n.lower() != "content-type"}
    return Response("", headers, 304)
