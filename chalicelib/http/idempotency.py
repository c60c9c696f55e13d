"""Idempotency-Key: a repeated POST is executed once."""

import re
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)
from chalice.app import Request
from pydantic import BaseModel

from chalicelib.errors import ProblemError
from chalicelib.http.callers import read_caller

KEPT_SECONDS = 24 * 3600
KEY = r"^[\x21-\x7e]{1,255}$"
_KEY = re.compile(KEY)


def do_once(
    store: DynamoDBPersistenceLayer,
    request: Request,
    scope: str,
    body: BaseModel,
    act: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Return the result of `act`, or its earlier result if the request's key was used before.

    `store` keeps the result for a day, so it must be small and must not contain a secret. Keys are
    separate for each route (`scope`) and caller.
    Raises ProblemError: 400 for an invalid key, 422 when the key was used with another body, 409
    while the first request is running.
    """
    key = _read_key(request)
    if key is None:
        return act()
    # A config for each request, because it has the remaining time of this invocation.
    once = idempotent_function(
        _act,
        data_keyword_argument="asked",
        persistence_store=store,
        config=_make_config(request),
        key_prefix=scope,
    )
    # Without defaults, so that a field that an upgrade adds doesn't change an unchanged body.
    given = body.model_dump(mode="json", exclude_defaults=True)
    asked = {"key": [read_caller(request).caller_id, key], "body": given}
    try:
        found: dict[str, Any] = once(asked=asked, act=act)
    except IdempotencyValidationError:
        raise ProblemError(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was used with another body. Use a new key for a new request.",
        ) from None
    except IdempotencyAlreadyInProgressError:
        raise ProblemError(
            409,
            "request_in_progress",
            "The first request with this Idempotency-Key is still running. Retry shortly.",
            headers={"Retry-After": "1"},
        ) from None
    return found


def _read_key(request: Request) -> str | None:
    key: str | None = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise ProblemError(
            400,
            "invalid_idempotency_key",
            "Idempotency-Key must be 1 to 255 visible ASCII characters.",
        )
    return key


def _act(*, asked: dict[str, Any], act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return act()


def _make_config(request: Request) -> IdempotencyConfig:
    return IdempotencyConfig(
        event_key_jmespath="key",
        payload_validation_jmespath="body",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=KEPT_SECONDS,
        hash_function="sha256",
        lambda_context=request.lambda_context,
    )
