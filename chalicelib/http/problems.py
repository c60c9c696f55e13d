"""Problem details (RFC 9457): the one format of every error of the API."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyPersistenceLayerError
from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import ChaliceViewError, Request, Response
from pydantic import Field

from chalicelib.errors import ProblemError, TryAgainError
from chalicelib.http.responses import ResponseBody

CONTENT_TYPE = "application/problem+json"

UNAVAILABLE = ProblemError(
    503,
    "temporarily_unavailable",
    "A service that this request needs is unavailable. Retry shortly.",
    headers={"Retry-After": "2"},
)
INTERNAL = ProblemError(
    500, "internal_error", "An internal error occurred. If it persists, report the request_id."
)

_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}  # their names since Python 3.13
# Codes for the errors that Chalice itself raises.
_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
_PASSING_CODES = {
    "InternalError",
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottlingException",
}


class FieldProblemResponse(ResponseBody):
    """A problem with one field of the body or one parameter."""

    field: str
    code: str
    message: str


class ProblemResponse(ResponseBody):
    """Problem details (RFC 9457): `code` identifies the problem, `detail` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblemResponse] = Field(default_factory=list)


def to_problem(error: Exception) -> ProblemError:
    """Return the problem for `error`; only a ProblemError reveals its details to the client."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, ChaliceViewError):
        return _of_status(error.STATUS_CODE, str(error))
    return UNAVAILABLE if _is_passing(error) else INTERNAL


def make_problem_response(
    problem: ProblemError, request_id: str, extensions: Mapping[str, Any] | None = None
) -> Response:
    """Return `problem` as a response; `extensions` are additional fields."""
    body: dict[str, Any] = {
        "type": "about:blank",  # so the title is that of the status; `code` identifies the problem
        "title": phrase_of(problem.status),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = [
            {"field": e.field, "code": e.code, "message": e.message} for e in problem.errors
        ]
    headers: dict[str, str | list[str]] = {
        "Content-Type": CONTENT_TYPE,
        "Cache-Control": "no-store",
    }
    body |= {**problem.extensions, **(extensions or {})}
    return Response(body, headers | dict(problem.headers), problem.status)


def phrase_of(status: int) -> str:
    """Return the reason phrase of a status as in RFC 9110, with every version of Python."""
    return _PHRASES.get(status) or HTTPStatus(status).phrase


def translate(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Middleware: turn errors that Chalice returns before a view runs into problem details."""
    response = get_response(request)
    body = response.body
    if response.status_code < 400 or not isinstance(body, dict) or set(body) != {"Code", "Message"}:
        return response
    if response.status_code >= 500:
        return make_problem_response(INTERNAL, request_id_of(request))
    problem = _of_status(response.status_code, body["Message"])
    problem.headers = {**problem.headers, **_plain(response.headers)}
    return make_problem_response(problem, request_id_of(request))


def request_id_of(request: Request | None) -> str:
    """Return the request id of API Gateway, or else of the Lambda runtime."""
    if request is None:
        return ""
    given = request.context.get("requestId")
    return str(given or getattr(request.lambda_context, "aws_request_id", ""))


def _of_status(status: int, detail: str) -> ProblemError:
    return ProblemError(status, _CODES.get(status, "request_refused"), detail)


def _plain(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if isinstance(value, str)}


def _is_passing(error: Exception) -> bool:
    if isinstance(error, ClientError):
        metadata = error.response.get("ResponseMetadata", {})
        code = error.response.get("Error", {}).get("Code")
        return code in _PASSING_CODES or metadata.get("HTTPStatusCode", 0) >= 500
    return isinstance(error, TryAgainError | BotoCoreError | IdempotencyPersistenceLayerError)
