"""Authentication: find the caller by the key or the JWT in the Authorization header."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.http.callers import Caller
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyStore
from chalicelib.keys.tokens import is_secret, read_token

_MOST_CHARACTERS = 8192  # of a header that is read


@dataclass
class AuthenticationError(Exception):
    """The request has no valid key. `reason` is for the log and has no secret in it."""

    reason: str
    caller_id: str | None = None

    def __str__(self) -> str:
        return self.reason


def read_bearer(authorization: str) -> str:
    """Return the token of an Authorization header. Raises AuthenticationError."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > _MOST_CHARACTERS:
        raise AuthenticationError("malformed")
    return token.strip()


def authenticate_key(text: str, keys: KeyStore, now: datetime) -> ApiKey:
    """Return the key whose text is given. Raises AuthenticationError unless it is active."""
    token = read_token(text)
    if token is None:
        raise AuthenticationError("malformed")
    key = keys.get(token.key_id)
    if key is None:
        raise AuthenticationError("unknown", token.key_id)
    if not is_secret(token.secret, key.secret_hash):
        raise AuthenticationError("wrong_secret", token.key_id)
    reason = key.find_end(now)
    if reason:
        raise AuthenticationError(reason, token.key_id)
    return key


def is_jwt(text: str) -> bool:
    """Say whether `text` has the form of a JWT, three parts with dots; no key has dots."""
    return text.count(".") == 2


def caller_of(key: ApiKey) -> Caller:
    """Return the caller of a key."""
    return Caller(key.key_id, key.name, frozenset(key.scopes), key.expires_at)
