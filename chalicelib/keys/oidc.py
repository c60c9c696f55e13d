"""JWTs of an OpenID Connect issuer, if one is set: their caller and its scopes."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from chalicelib.errors import TryAgainError
from chalicelib.http.callers import Caller
from chalicelib.keys.authentication import AuthenticationError
from chalicelib.keys.models import sort_scopes
from chalicelib.settings import is_safe_url

if TYPE_CHECKING:
    from jwt import PyJWK, PyJWKClient

ALGORITHMS = ["RS256", "ES256"]  # regardless of the token's own header
REQUIRED_CLAIMS = ["exp", "iss", "aud", "sub"]
LEEWAY_SECONDS = 10  # between the issuer's clock and ours
_KEYS_KEPT_SECONDS = 300
# Anyone can send an unknown key id; the issuer's keys are fetched for one this often at most.
_REFETCH_EVERY_SECONDS = 30
_TIMEOUT_SECONDS = 3
_MOST_DOCUMENT_BYTES = 256 * 1024
_MOST_SUBJECT_CHARACTERS = 255  # by OpenID Connect
_LAST_SECOND = 253_402_300_799  # of the year 9999, the last that a datetime can have


class OidcVerifier:
    """Verifies the JWTs of one issuer for one audience, by the keys that the issuer publishes.

    It imports jwt for the first token, so that installations without an issuer don't load it.
    """

    def __init__(
        self, issuer: str, audience: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._audience, self._clock = issuer, audience, clock
        self._refetched_at: float | None = None

    def verify(self, text: str) -> Caller:
        """Return the caller of a token.

        Raises AuthenticationError for an invalid token, TryAgainError if the issuer doesn't answer.
        """
        import jwt

        try:
            header = jwt.get_unverified_header(text)
            if header.get("alg") not in ALGORITHMS:
                raise AuthenticationError("jwt_wrong_algorithm")
            claims = jwt.decode(
                text,
                self._get_key(header.get("kid")),
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED_CLAIMS},
            )
        except jwt.PyJWTError as error:
            raise AuthenticationError(f"jwt_refused: {type(error).__name__}") from None
        return _caller_of(claims)

    def _get_key(self, kid: str | None) -> "PyJWK":
        """Return the issuer's key with this id. Raises AuthenticationError."""
        found = self._read_keys().get(kid)
        if found is None and self._may_refetch():
            self._refetched_at = self._clock()
            found = self._read_keys(refresh=True).get(kid)
        if found is None:
            raise AuthenticationError("jwt_unknown_key")
        return found

    def _may_refetch(self) -> bool:
        if self._refetched_at is None:
            return True
        return self._clock() - self._refetched_at >= _REFETCH_EVERY_SECONDS

    def _read_keys(self, *, refresh: bool = False) -> Mapping[str | None, "PyJWK"]:
        from jwt.exceptions import PyJWKClientError

        try:
            keys = self._client.get_signing_keys(refresh=refresh)
        except PyJWKClientError as error:
            raise TryAgainError(f"the issuer's keys: {type(error).__name__}") from error
        return {key.key_id: key for key in keys if key.key_type in ("RSA", "EC")}

    @cached_property
    def _client(self) -> "PyJWKClient":
        """Fetches the keys, without following redirects, and caches them."""
        from jwt import PyJWKClient

        return PyJWKClient(
            self._find_keys_url(), lifespan=_KEYS_KEPT_SECONDS, timeout=_TIMEOUT_SECONDS
        )

    def _find_keys_url(self) -> str:
        """Return the URL of the issuer's keys, by its discovery document."""
        url = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        document = _fetch_json(url)
        address = document.get("jwks_uri")
        if document.get("issuer") != self._issuer:
            raise TryAgainError("the issuer's document names another issuer")
        if not isinstance(address, str) or not is_safe_url(address):
            raise TryAgainError("the issuer's document has no https URL of its keys")
        return address


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    subject, scope = claims["sub"], claims.get("scope")
    if not 0 < len(subject) <= _MOST_SUBJECT_CHARACTERS:
        raise AuthenticationError("jwt_bad_subject")
    scopes = sort_scopes(scope.split() if isinstance(scope, str) else ())
    expires_at = datetime.fromtimestamp(min(int(claims["exp"]), _LAST_SECOND), UTC)
    return Caller(f"sub:{subject}", subject, frozenset(scopes), expires_at)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        """Follow no redirect: a key is the issuer's only at the issuer's own URLs."""


def _fetch_json(url: str) -> dict[str, Any]:
    try:
        with build_opener(_NoRedirects).open(url, timeout=_TIMEOUT_SECONDS) as answer:
            found = json.loads(answer.read(_MOST_DOCUMENT_BYTES))
    except (URLError, OSError, ValueError) as error:
        raise TryAgainError(f"{urlsplit(url).hostname}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise TryAgainError(f"{urlsplit(url).hostname} didn't answer a JSON object")
    return found
