"""Callers: who sends a request, as the authorizer identified them, and their scopes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalice.app import Request

from chalicelib.errors import ProblemError
from chalicelib.http.scopes import ANY_KEY, SCOPES, Access, Scope
from chalicelib.times import format_time

REALM = 'Bearer realm="product-importer"'


class UnauthorizedError(Exception):
    """No valid key. API Gateway responds with 401 to an authorizer's error with this message."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@dataclass(frozen=True)
class Caller:
    """The sender of a request: an API key, or a subject of the OpenID issuer."""

    caller_id: str
    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None  # of the key or token; None: never

    def to_context(self) -> dict[str, str]:
        """Return the caller as an authorizer context, whose values are strings."""
        scopes = " ".join(sorted(self.scopes))
        return {
            "caller_id": self.caller_id,
            "name": self.name,
            "scopes": scopes,
            "expires_at": format_time(self.expires_at) or "",
        }

    def describe(self) -> dict[str, str]:
        """Return who the caller is, without scopes."""
        return {"caller_id": self.caller_id, "name": self.name}

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> "Caller":
        """Return the caller that `to_context` serialized."""
        given = str(context["scopes"]).split()
        scopes = frozenset(scope for scope in SCOPES if scope in given)
        expires_at = context.get("expires_at")  # missing in a response cached before an upgrade
        return cls(
            caller_id=str(context["caller_id"]),
            name=str(context["name"]),
            scopes=scopes,
            expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        )


def find_caller(request: Request) -> Caller | None:
    """Return the caller of a request; None if no authorizer has identified one."""
    context = request.context.get("authorizer") or {}
    return Caller.from_context(context) if "caller_id" in context else None


def read_caller(request: Request) -> Caller:
    """Return the caller of a request; raises ProblemError 401 if it has none."""
    caller = find_caller(request)
    if caller is None:
        raise ProblemError(
            401,
            "unauthorized",
            "The request has no valid key. Send one as Authorization: Bearer pik_…",
            headers={"WWW-Authenticate": REALM},
        )
    return caller


def check_scope(caller: Caller, needed: Access) -> None:
    """Raise ProblemError 403 unless the caller has the scope that a route requires."""
    if needed == ANY_KEY or needed in caller.scopes:
        return
    raise ProblemError(
        403,
        "insufficient_scope",
        f"The key lacks the scope {needed}. Use a key that has it.",
        headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{needed}"'},
    )
