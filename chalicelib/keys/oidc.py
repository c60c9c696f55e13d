"""JWTs of an OpenID Connect issuer, where one is set: whose they are and what they are good for."""

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
from chalicelib.keys.authentication import RefusedError
from chalicelib.keys.models import in_order
from chalicelib.settings import is_safe_url

if TYPE_CHECKING:
    from jwt import PyJWK, PyJWKClient

ALGORITHMS = ["RS256", "ES256"]  # whatever a token says of itself
REQUIRED_CLAIMS = ["exp", "iss", "aud", "sub"]
LEEWAY_SECONDS = 10  # between the issuer's clock and ours
_KEYS_KEPT_SECONDS = 300
# Anyone can name a key that does not exist; so often at most are the issuer's keys read for it.
_REREAD_EVERY_SECONDS = 30
_TIMEOUT_SECONDS = 3
_MOST_DOCUMENT_BYTES = 256 * 1024
_MOST_SUBJECT_LETTERS = 255  # as OpenID Connect has it
_LAST_SECOND = 253_402_300_799  # of the year 9999, after which there is no datetime


class OidcVerifier:
    """Verifies the JWTs of one issuer for one audience, with the keys that the issuer publishes.

    jwt is imported when a first token comes: without an issuer nothing waits for it.
    """

    def __init__(
        self, issuer: str, audience: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._audience, self._clock = issuer, audience, clock
        self._reread_at: float | None = None

    def verify(self, text: str) -> Caller:
        """Return whose the token is; raises RefusedError, TryAgainError without the issuer."""
        import jwt

        try:
            header = jwt.get_unverified_header(text)
            if header.get("alg") not in ALGORITHMS:
                raise RefusedError("jwt_wrong_algorithm")
            claims = jwt.decode(
                text,
                self._find_key(header.get("kid")),
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED_CLAIMS},
            )
        except jwt.PyJWTError as error:
            raise RefusedError(f"jwt_refused: {type(error).__name__}") from None
        return _caller_of(claims)

    def _find_key(self, kid: str | None) -> "PyJWK":
        found = self._read_keys().get(kid)
        if found is None and self._may_reread():
            self._reread_at = self._clock()
            found = self._read_keys(refresh=True).get(kid)
        if found is None:
            raise RefusedError("jwt_unknown_key")
        return found

    def _may_reread(self) -> bool:
        if self._reread_at is None:
            return True
        return self._clock() - self._reread_at >= _REREAD_EVERY_SECONDS

    def _read_keys(self, *, refresh: bool = False) -> Mapping[str | None, "PyJWK"]:
        from jwt.exceptions import PyJWKClientError

        try:
            keys = self._client.get_signing_keys(refresh=refresh)
        except PyJWKClientError as error:
            raise TryAgainError(f"the issuer's keys: {type(error).__name__}") from error
        return {key.key_id: key for key in keys if key.key_type in ("RSA", "EC")}

    @cached_property
    def _client(self) -> "PyJWKClient":
        from jwt import PyJWKClient

        return PyJWKClient(self._discover(), lifespan=_KEYS_KEPT_SECONDS, timeout=_TIMEOUT_SECONDS)

    def _discover(self) -> str:
        """Return where the issuer says that its keys are."""
        url = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        document = _fetch_json(url)
        address = document.get("jwks_uri")
        if document.get("issuer") != self._issuer:
            raise TryAgainError("the issuer's document is of another issuer")
        if not isinstance(address, str) or not is_safe_url(address):
            raise TryAgainError("the issuer's keys are at no https address")
        return address


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    subject, scope = claims["sub"], claims.get("scope")
    if not 0 < len(subject) <= _MOST_SUBJECT_LETTERS:
        raise RefusedError("jwt_bad_subject")
    scopes = in_order(scope.split() if isinstance(scope, str) else ())
    expires_at = datetime.fromtimestamp(min(int(claims["exp"]), _LAST_SECOND), UTC)
    return Caller(f"sub:{subject}", subject, frozenset(scopes), expires_at)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        """Follow nothing: the issuer's address is the one that was set."""


def _fetch_json(url: str) -> dict[str, Any]:
    try:
        with build_opener(_NoRedirects).open(url, timeout=_TIMEOUT_SECONDS) as answer:
            found = json.loads(answer.read(_MOST_DOCUMENT_BYTES))
    except (URLError, OSError, ValueError) as error:
        raise TryAgainError(f"{urlsplit(url).hostname}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise TryAgainError(f"{urlsplit(url).hostname} answered no JSON object")
    return found
