"""Keys for tests, one of them with all scopes."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import AuthRequest, AuthResponse, Blueprint, Chalice, ChaliceAuthorizer

from chalicelib.http.callers import Caller, UnauthorizedError
from chalicelib.http.routing import require_keys
from chalicelib.http.scopes import SCOPES, Scope
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyStore
from chalicelib.keys.tokens import KeyToken, hash_secret, new_token

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
TOKEN = KeyToken("key_" + "0" * 26, "0" * 52)  # of the key with all scopes
KEY = TOKEN.text


def make_key(token: KeyToken | None = None, **more: Any) -> ApiKey:
    """Return a key with that secret and all scopes, which never expires."""
    token = token or new_token(NOW)
    values: dict[str, Any] = {
        "key_id": token.key_id,
        "name": "a test's",
        "scopes": SCOPES,
        "secret_hash": hash_secret(token.secret),
        "created_at": NOW,
    }
    return ApiKey(**values | more)


def keep_key(keys: KeyStore, *scopes: Scope, **more: Any) -> KeyToken:
    """Store a new key with these scopes; return it as its owner has it."""
    token = new_token(more.get("created_at", NOW))
    keys.create(make_key(token, scopes=scopes, **more))
    return token


def make_app(*blueprints: Blueprint) -> Chalice:
    """Return an app with these routes, which accepts only KEY and needs no table."""
    app = Chalice("test")
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    require_keys(app, ChaliceAuthorizer("let_key_in", _let_key_in))
    return app


def _let_key_in(request: AuthRequest) -> AuthResponse:
    if request.token != f"Bearer {KEY}":
        raise UnauthorizedError
    caller = Caller(TOKEN.key_id, "a test's", frozenset(SCOPES))
    return AuthResponse(["*"], caller.caller_id, caller.to_context())
