"""Who sends a request: found by the key or the JWT in its Authorization header."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.http.callers import Caller
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyStore
from chalicelib.keys.tokens import is_secret, read_token

_MOST_LETTERS = 8192  # of a header that is looked at


@dataclass
class RefusedError(Exception):
    """The request has no valid key; `reason` is for the log, and names no secret."""

    reason: str
    caller_id: str | None = None

    def __str__(self) -> str:
        return self.reason


def read_bearer(authorization: str) -> str:
    """Return the token of an Authorization header; raises RefusedError."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > _MOST_LETTERS:
        raise RefusedError("malformed")
    return token.strip()


def find_key(text: str, keys: KeyStore, now: datetime) -> ApiKey:
    """Return the key that `text` is, if it is good; raises RefusedError."""
    token = read_token(text)
    if token is None:
        raise RefusedError("malformed")
    key = keys.get(token.key_id)
    if key is None:
        raise RefusedError("unknown", token.key_id)
    if not is_secret(token.secret, key.secret_hash):
        raise RefusedError("wrong_secret", token.key_id)
    fault = key.find_fault(now)
    if fault:
        raise RefusedError(fault, token.key_id)
    return key


def is_jwt(text: str) -> bool:
    """Say whether `text` has the form of a JWT, which no key has: three pieces with points."""
    return text.count(".") == 2


def caller_of(key: ApiKey) -> Caller:
    """Return the caller that has this key."""
    return Caller(key.key_id, key.name, frozenset(key.scopes), key.expires_at)
