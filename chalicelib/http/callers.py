"""Callers: who sends a request, as the authorizer found out, and whether they may."""

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
    """No valid key. The gateway answers 401 for an authorizer's error with this one message."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@dataclass(frozen=True)
class Caller:
    """Whoever has sent a request: a key, or a subject of the OpenID issuer."""

    caller_id: str
    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None  # what they show is good until then; None: for ever

    def to_context(self) -> dict[str, str]:
        """Return it as the gateway passes it from the authorizer to a route: in texts."""
        scopes = " ".join(sorted(self.scopes))
        return {
            "caller_id": self.caller_id,
            "name": self.name,
            "scopes": scopes,
            "expires_at": format_time(self.expires_at) or "",
        }

    def describe(self) -> dict[str, str]:
        """Return what is told of the caller: who, not what they may."""
        return {"caller_id": self.caller_id, "name": self.name}

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> "Caller":
        """Return the caller that `to_context` wrote."""
        given = str(context["scopes"]).split()
        scopes = frozenset(scope for scope in SCOPES if scope in given)
        expires_at = context.get("expires_at")  # an answer kept from before a deployment has none
        return cls(
            caller_id=str(context["caller_id"]),
            name=str(context["name"]),
            scopes=scopes,
            expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        )


def find_caller(request: Request) -> Caller | None:
    """Return the caller of a request; None where no authorizer has looked at it."""
    context = request.context.get("authorizer") or {}
    return Caller.from_context(context) if "caller_id" in context else None


def read_caller(request: Request) -> Caller:
    """Return the caller of a request; raises ProblemError 401 where there is none."""
    caller = find_caller(request)
    if caller is None:
        raise ProblemError(
            401,
            "unauthorized",
            "The request has no valid key. Send one as: Authorization: Bearer pik_…",
            headers={"WWW-Authenticate": REALM},
        )
    return caller


def check_scope(caller: Caller, needed: Access) -> None:
    """Raise ProblemError 403 unless the caller has the scope that a route needs."""
    if needed == ANY_KEY or needed in caller.scopes:
        return
    raise ProblemError(
        403,
        "insufficient_scope",
        f"This needs a key with the scope {needed}.",
        headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{needed}"'},
    )
