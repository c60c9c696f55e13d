"""An API key, and whether it is still active."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.http.scopes import SCOPES, Scope

_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class ApiKey:
    """A key as it is stored: with the hash of its secret, never the secret."""

    key_id: str
    name: str
    scopes: tuple[Scope, ...]  # in the order of SCOPES
    secret_hash: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None  # to about a minute

    def find_end(self, now: datetime) -> Literal["revoked", "expired"] | None:
        """Return why the key is no longer active; None while it is."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return None

    def is_use_worth_noting(self, now: datetime) -> bool:
        """Whether to record the use at `now`: one use a minute is recorded."""
        return self.last_used_at is None or now - self.last_used_at >= _USE_NOTED_EVERY


def sort_scopes(scopes: Collection[str]) -> tuple[Scope, ...]:
    """Return the known scopes, each once, in the order of SCOPES."""
    return tuple(scope for scope in SCOPES if scope in scopes)


def find_missing(requested: Collection[Scope], held: Collection[Scope]) -> tuple[Scope, ...]:
    """Return the requested scopes that the caller doesn't hold and so can't grant."""
    return sort_scopes(set(requested) - set(held))
