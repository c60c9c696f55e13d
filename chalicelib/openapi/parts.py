"""The parts of the document that many operations share: headers, parameters, tags, security."""

from typing import Any

from chalicelib.http.idempotency import KEPT_SECONDS, KEY
from chalicelib.http.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH

Json = dict[str, Any]

DESCRIPTION = """\
Catalogue files of any size, as CSV, into PostgreSQL.

- **Errors** are problem details (RFC 9457), `application/problem+json`: `code` is stable and tells
  them apart, `detail` says what to do, `errors` names each field or parameter at fault.
- **Lists** come in pages of `limit` items. `next_cursor`, and `Link` with `rel="next"`, lead to the
  next page; the last one has neither.
- **Work that takes time** is answered 202 with the `Location` of its job, which is polled as
  `Retry-After` says.
- A query parameter that is not listed, or is given twice, is refused. `HEAD` is answered wherever
  `GET` is.
"""

TAGS = {
    "imports": "Announce a file, upload it straight to S3, and see what became of each record.",
    "products": "The catalogue: list, filter, search and edit it.",
    "jobs": "Where every asynchronous request is.",
    "keys": "Who may use the API.",
    "service": "Whether the API is well, this document, and the page.",
    "webhooks": "Who is told of what: subscriptions, test calls, deliveries and replays.",
}

_TEXT: Json = {"type": "string"}

# What an answer says in headers. One that is not required is left out where it says nothing.
HEADERS: dict[str, Json] = {
    "ETag": {
        "description": "The version of what is answered, for `If-None-Match` and `If-Match`.",
        "required": True,
        "schema": _TEXT,
        "example": '"3"',
    },
    "Link": {
        "description": 'The next page, `rel="next"`; relative to the request.',
        "schema": _TEXT,
        "example": '<?limit=25&cursor=WyJqb2JzIl0>; rel="next"',
    },
    "Location": {
        "description": "Where it is; relative to the request, or a whole address.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "../../jobs/job_01m85g57s7w6pgg03m8hrxcz85",
    },
    "Retry-After": {
        "description": "After how many seconds to ask again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "example": "1",
    },
}

# What a request may say in headers.
REQUEST_HEADERS: dict[str, Json] = {
    IDEMPOTENCY_KEY: {
        "description": (
            f"Any text of one's own; the request is done once in {KEPT_SECONDS // 3600} hours,"
            " however often it is sent with it."
        ),
        "schema": {"type": "string", "pattern": KEY},
    },
    IF_MATCH: {
        "description": "The `ETag` of what was read; if it is not right any more, nothing is done.",
        "schema": _TEXT,
    },
    IF_NONE_MATCH: {
        "description": "The `ETag` of an answer; if it is still right, the answer is 304.",
        "schema": _TEXT,
    },
}

SECURITY: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, or a JWT of the issuer that the installation trusts.",
    }
}
