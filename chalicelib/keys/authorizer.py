"""The authorizer: the gateway calls it before a request reaches a route.

It finds out only who the caller is, so that the gateway can cache its answer for all routes. Each
route checks the caller's scopes.
"""

from datetime import UTC, datetime
from threading import Thread

from chalice.app import AuthRequest, AuthResponse, Blueprint

from chalicelib.bootstrap import services
from chalicelib.http.callers import Caller, UnauthorizedError
from chalicelib.keys.authentication import (
    AuthenticationError,
    authenticate_key,
    caller_of,
    is_jwt,
    read_bearer,
)
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyStore
from chalicelib.telemetry import count, logger

authorizers = Blueprint(__name__)

# How long the gateway caches an answer, and so how long a revoked key may still work. The template
# has it as a number: in an OpenAPI document, a parameter's value would be a string.
KEPT_SECONDS = 5
_LONGEST_NOTING_SECONDS = 0.1


@authorizers.authorizer(ttl_seconds=KEPT_SECONDS)
def authorize_request(request: AuthRequest) -> AuthResponse:
    """Return the caller, for all routes. Raises UnauthorizedError for a 401."""
    logger.clear_state()
    try:
        caller = _authenticate(request.token)
    except AuthenticationError as error:
        logger.info("request.refused", reason=error.reason, caller=error.caller_id)
        raise UnauthorizedError from None
    except Exception as error:
        logger.exception("request.not_authenticated", error_class=type(error).__name__)
        count("AuthorizerFaults", 1)
        raise
    logger.info("request.authenticated", caller=caller.caller_id)
    return AuthResponse(["*"], caller.caller_id, caller.to_context())


def _authenticate(authorization: str) -> Caller:
    text, verifier = read_bearer(authorization), services().jwt_verifier
    if verifier is not None and is_jwt(text):
        return verifier.verify(text)
    keys, now = services().keys, datetime.now(UTC)
    key = authenticate_key(text, keys, now)
    if key.is_use_worth_noting(now):
        note_use(keys, key, now)
    return caller_of(key)


def note_use(keys: KeyStore, key: ApiKey, now: datetime) -> None:
    """Record that the key was used. It neither fails the request nor delays it for long."""

    def write() -> None:
        try:
            keys.note_use(key.key_id, now)
        except Exception as error:  # noqa: BLE001  # the request is valid either way
            logger.warning("request.use_not_noted", error_class=type(error).__name__)

    writing = Thread(target=write, daemon=True)
    writing.start()
    writing.join(_LONGEST_NOTING_SECONDS)
