"""An API key as the product knows it, and whether it is still good."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.http.scopes import SCOPES, Scope

_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key: never its secret, only that one's hash."""

    key_id: str
    name: str
    scopes: tuple[Scope, ...]  # in the order of SCOPES
    secret_hash: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None  # to about a minute

    def find_fault(self, now: datetime) -> Literal["revoked", "expired"] | None:
        """Return why the key is no longer good; None while it is."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return None

    def is_use_worth_noting(self, now: datetime) -> bool:
        """Whether the use at `now` is to be written: not each of many within a minute."""
        return self.last_used_at is None or now - self.last_used_at >= _USE_NOTED_EVERY


def in_order(scopes: Collection[str]) -> tuple[Scope, ...]:
    """Return the scopes that are ours, each once, in one order."""
    return tuple(scope for scope in SCOPES if scope in scopes)


def find_unheld(asked: Collection[Scope], held: Collection[Scope]) -> tuple[Scope, ...]:
    """Return the scopes asked for that whoever asks does not hold and so cannot grant."""
    return in_order(set(asked) - set(held))
