"""The parts of the document that operations share: headers, parameters, tags, security."""

from typing import Any

from chalicelib.http.idempotency import KEPT_SECONDS, KEY
from chalicelib.http.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH

Json = dict[str, Any]

DESCRIPTION = """\
Import product catalogues of any size from CSV files into PostgreSQL.

- **Errors** are problem details (RFC 9457), `application/problem+json`. `code` is stable and
  identifies the problem, `detail` says what to do, `errors` lists each invalid field or parameter.
- **Lists** are paginated with `limit` and `cursor`. `next_cursor`, and `Link` with `rel="next"`,
  point to the next page; the last page has neither.
- **Asynchronous operations** return 202 with the `Location` of a job. Poll it after the seconds in
  `Retry-After`.
- Unknown and duplicate query parameters are rejected. Every `GET` route supports `HEAD`.
"""

TAGS = {
    "imports": "Create an import, upload the file to S3, and get the outcome of its records.",
    "products": "List, filter, search and edit the products of the catalogue.",
    "exports": "Export products to a file, and download it.",
    "profiles": "Saved import options for files of one kind.",
    "jobs": "The status and progress of asynchronous requests.",
    "keys": "API keys and their scopes.",
    "service": "Health, this document and the web page.",
    "webhooks": "Webhooks, test events, deliveries and replays.",
}

_STRING: Json = {"type": "string"}

# Response headers. One that is not required may be missing.
HEADERS: dict[str, Json] = {
    "ETag": {
        "description": "The version of the resource, for `If-None-Match` and `If-Match`.",
        "required": True,
        "schema": _STRING,
        "example": '"3"',
    },
    "Content-Disposition": {
        "description": "How to save the file, and its name.",
        "required": True,
        "schema": _STRING,
        "example": 'attachment; filename="template.csv"',
    },
    "Link": {
        "description": 'URL of the next page with `rel="next"`, relative to the request.',
        "schema": _STRING,
        "example": '<?limit=25&cursor=WyJqb2JzIl0>; rel="next"',
    },
    "Location": {
        "description": "URL of the resource or job; absolute, or relative to the request.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "../../jobs/job_01m85g57s7w6pgg03m8hrxcz85",
    },
    "Retry-After": {
        "description": "Number of seconds to wait before the next request.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "example": "1",
    },
}

# Request headers.
REQUEST_HEADERS: dict[str, Json] = {
    IDEMPOTENCY_KEY: {
        "description": (
            "A unique string. Requests with the same key are executed once within"
            f" {KEPT_SECONDS // 3600} hours."
        ),
        "schema": {"type": "string", "pattern": KEY},
    },
    IF_MATCH: {
        "description": "The `ETag` of the version to change; an outdated one returns 412.",
        "schema": _STRING,
    },
    IF_NONE_MATCH: {
        "description": "The `ETag` of an earlier response. If it is current, the response is 304.",
        "schema": _STRING,
    },
}

SECURITY: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, or a JWT of the configured OpenID issuer.",
    }
}
