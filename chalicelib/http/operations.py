"""Operations: what the OpenAPI document says about a route in addition to its view."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from chalicelib.http.parsing import JSON, Body, Query
from chalicelib.http.scopes import ANY_KEY, PUBLIC

IDEMPOTENCY_KEY, IF_NONE_MATCH, IF_MATCH = "Idempotency-Key", "If-None-Match", "If-Match"
Codes = Mapping[int, Sequence[str]]  # error codes by status

# Possible for every request, from the gateway or the wrapper around every view.
_OF_ANY: Codes = {
    400: ["invalid_query"],
    429: ["too_many_requests"],
    500: ["internal_error", "answer_too_large"],
    503: ["temporarily_unavailable"],
    504: ["gateway_timeout"],
}
_OF_PAGES: Codes = {400: ["invalid_cursor"]}
_OF_BODIES: Codes = {
    400: ["body_missing", "malformed_json"],
    413: ["too_large"],
    415: ["unsupported_media_type"],
    422: ["invalid_body"],
}
_OF_IDEMPOTENCY: Codes = {
    400: ["invalid_idempotency_key"],
    409: ["request_in_progress"],
    422: ["idempotency_key_reused"],
}
_OF_KEYS: Codes = {401: ["unauthorized"], 403: ["forbidden"]}
_OF_SCOPES: Codes = {403: ["insufficient_scope"]}


@dataclass(frozen=True)
class ResponseSpec:
    """One response of a route: a model as JSON, another media type, or no body."""

    body: type[BaseModel] | str | None = None  # a string is a list of media types
    headers: Sequence[str] = ()  # in addition to Content-Type and Cache-Control
    example: Any = None
    description: str = ""  # empty: the phrase of the status


@dataclass(frozen=True)
class Operation:
    """One method of a path. Its name, docstring and path parameters come from its view."""

    tag: str
    responses: Mapping[int, ResponseSpec]
    errors: Codes = field(default_factory=dict)  # in addition to those that follow from the rest
    query: type[Query] = Query
    body: type[Body] | None = None
    media_type: str = JSON  # of the body
    headers: Sequence[str] = ()  # of the request
    example: Any = None  # of the body
    # What the service sends to the URL in the body, by the type of event.
    messages: Mapping[str, type[BaseModel]] = field(default_factory=dict)

    def codes(self, access: str) -> Codes:
        """Return every possible error code by status; `access` is the required scope."""
        causes = [
            (True, _OF_ANY),
            ("cursor" in self.query.model_fields, _OF_PAGES),
            (self.body is not None, _OF_BODIES),
            (IDEMPOTENCY_KEY in self.headers, _OF_IDEMPOTENCY),
            (access != PUBLIC, _OF_KEYS),
            (access not in (PUBLIC, ANY_KEY), _OF_SCOPES),
            (True, self.errors),
        ]
        applying = [codes for applies, codes in causes if applies]
        statuses = sorted({status for codes in applying for status in codes})
        return {s: [code for codes in applying for code in codes.get(s, ())] for s in statuses}


def set_operation(view: Callable[..., Any], operation: Operation) -> None:
    """Attach an operation to a view."""
    vars(view)["operation"] = operation


def operation_of(view: Callable[..., Any]) -> Operation:
    """Return the operation of a registered view."""
    found: Operation = vars(view)["operation"]
    return found


def access_of(view: Callable[..., Any]) -> str:
    """Return the scope that a registered view requires."""
    return str(vars(view).get("scope", PUBLIC))
