"""The sign-in of an OpenID Connect issuer: the code flow with PKCE, and refresh tokens."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

Form = Mapping[str, str]
Sign = Callable[..., str]  # claims to a token

CLIENT_ID = "the-page"


@dataclass
class FakeSignIn:
    """Signs every visitor in as `subject`, with the requested scopes that are `granted`."""

    sign: Sign
    url: str
    subject: str = "ada"
    granted: frozenset[str] = frozenset(
        ("products:read", "products:write", "imports:write", "webhooks:write", "keys:write")
    )
    lasts_seconds: int = 300  # an access token
    is_denied: bool = False
    renewals: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _renewable: dict[str, str] = field(default_factory=dict)  # refresh token to scope

    def describe(self) -> dict[str, Any]:
        """Return the sign-in's part of the issuer's document."""
        return {
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "response_modes_supported": ["query", "fragment"],
            "scopes_supported": ["openid", "offline_access"],
        }

    def authorize(self, asked: Form) -> str:
        """Return the redirect URI of the client with a code or an error."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        found = {"state": asked["state"], "iss": self.url} | self._decide(dict(asked))
        mark = "#" if asked.get("response_mode") == "fragment" else "?"
        return asked["redirect_uri"] + mark + urlencode(found)

    def exchange(self, form: Form) -> tuple[int, dict[str, Any]]:
        """Return status and body of the token endpoint's response."""
        if form["grant_type"] == "refresh_token":
            scope = self._renewable.pop(form["refresh_token"], None)
            self.renewals += scope is not None
            return self._answer(scope, {})
        asked = self._codes.pop(form["code"], {})
        proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode()
        is_good = proof.rstrip("=") == asked.get("code_challenge")
        is_same = form["redirect_uri"] == asked.get("redirect_uri")
        return self._answer(asked.get("scope") if is_good and is_same else None, asked)

    def _decide(self, asked: dict[str, str]) -> dict[str, str]:
        if self.is_denied:
            return {"error": "access_denied", "error_description": "The person said no."}
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return {"code": code}

    def _answer(self, scope: str | None, asked: Form) -> tuple[int, dict[str, Any]]:
        if scope is None:
            return 400, {"error": "invalid_grant"}
        given = " ".join(name for name in scope.split() if name in self.granted)
        answer: dict[str, Any] = {
            "access_token": self.sign(sub=self.subject, scope=given, jti=secrets.token_hex(8)),
            "id_token": self.sign(sub=self.subject, aud=CLIENT_ID, nonce=asked.get("nonce")),
            "token_type": "Bearer",
            "expires_in": self.lasts_seconds,
            "scope": given,
        }
        if "offline_access" in scope.split():
            token = secrets.token_urlsafe()
            self._renewable[token] = scope
            answer["refresh_token"] = token
        return 200, answer
