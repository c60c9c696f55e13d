"""The API's responses about keys."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.http.scopes import Scope

_Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class KeyResponse(ResponseBody):
    """A key, without its secret."""

    key_id: str
    name: str
    scopes: list[Scope]
    created_at: _Time
    last_used_at: _Time | None
    expires_at: _Time | None
    revoked_at: _Time | None


class CallerResponse(ResponseBody):
    """The caller of a request, its scopes, and when they end."""

    caller_id: str
    name: str
    kind: Literal["key", "jwt"]
    scopes: list[Scope]
    expires_at: _Time | None


class NewKeyResponse(KeyResponse):
    """A key with its text, which no other response has."""

    key: str


class KeyPage(Page):
    """A page of keys, newest first."""

    items: list[KeyResponse]


KEY_EXAMPLE: dict[str, Any] = {
    "key_id": "key_01m85g57s7w6pgg03m8hrxcz85",
    "name": "nightly import",
    "scopes": ["products:read", "imports:write"],
    "created_at": "2026-11-24T09:30:00.000Z",
    "last_used_at": None,
    "expires_at": "2027-11-24T09:30:00.000Z",
    "revoked_at": None,
}
CALLER_EXAMPLE: dict[str, Any] = {
    "caller_id": KEY_EXAMPLE["key_id"],
    "kind": "key",
    **{name: KEY_EXAMPLE[name] for name in ("name", "scopes", "expires_at")},
}
