"""Scopes: what a caller may do, and the routes that require none."""

from typing import Literal, get_args

Scope = Literal["products:read", "products:write", "imports:write", "webhooks:write", "keys:write"]
Access = Scope | Literal["any_key", "public"]

SCOPES: tuple[Scope, ...] = get_args(Scope)
ANY_KEY: Literal["any_key"] = "any_key"  # any key, whatever its scopes
PUBLIC: Literal["public"] = "public"

# The routes that need no key. No other route can be declared public, and the deploy program
# doesn't publish another one without an authorizer.
PUBLIC_PATHS = ("/", "/docs", "/health", "/openapi.json")


def is_public_path(path: str) -> bool:
    """Return whether a route at `path` may be public; the assets of the two pages are."""
    return path in PUBLIC_PATHS or path.startswith(("/assets/", "/docs/"))
