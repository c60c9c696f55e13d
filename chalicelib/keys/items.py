"""A key as an item of DynamoDB, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.keys.models import ApiKey, in_order
from chalicelib.times import format_time

Item = dict[str, Any]

_DAY_SECONDS = 24 * 60 * 60
LISTING = "key"  # the one partition of the index by_created
_TIMES = ("created_at", "expires_at", "revoked_at", "last_used_at")


def to_item(key: ApiKey, retention_days: int) -> Item:
    """Return the item of `key`; one that can be used no more is forgotten some days later."""
    texts = {
        "key_id": key.key_id,
        "listing": LISTING,
        "name": key.name,
        "scopes": " ".join(key.scopes),
        "secret_hash": key.secret_hash,
    } | {name: format_time(getattr(key, name)) for name in _TIMES}
    item = {name: {"S": text} for name, text in texts.items() if text is not None}
    over = min(filter(None, (key.expires_at, key.revoked_at)), default=None)
    return item | ({"ttl": ttl_of(over, retention_days)} if over else {})


def from_item(item: Mapping[str, Any]) -> ApiKey:
    """Return the key that `to_item` wrote."""
    times = {name: datetime.fromisoformat(item[name]["S"]) for name in _TIMES if name in item}
    return ApiKey(
        key_id=item["key_id"]["S"],
        name=item["name"]["S"],
        scopes=in_order(item["scopes"]["S"].split()),
        secret_hash=item["secret_hash"]["S"],
        created_at=times.pop("created_at"),
        **times,
    )


def ttl_of(over: datetime, retention_days: int) -> Item:
    """Return when the item of a key that is over since then is forgotten."""
    # In seconds: the last days of the year 9999, for ever to some, have no date behind them.
    return {"N": str(int(over.timestamp()) + retention_days * _DAY_SECONDS)}
