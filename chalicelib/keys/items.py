"""API keys as items of DynamoDB: their scopes are one text."""

from datetime import datetime

from chalicelib.items import Values, from_values, to_values
from chalicelib.keys.models import ApiKey, sort_scopes

_DAY_SECONDS = 24 * 60 * 60
LISTING = "key"  # the one partition of the index by_created


def key_values(key: ApiKey, retention_days: int) -> Values:
    """Return the values of a key. Once revoked or expired, it is removed after some days."""
    values = to_values(key) | {"listing": LISTING, "scopes": " ".join(key.scopes)}
    ends_at = min(filter(None, (key.expires_at, key.revoked_at)), default=None)
    return values | ({"ttl": ttl_of(ends_at, retention_days)} if ends_at else {})


def read_key(values: Values) -> ApiKey:
    """Return the key that `key_values` stored."""
    return from_values(ApiKey, values | {"scopes": sort_scopes(values["scopes"].split())})


def ttl_of(ends_at: datetime, retention_days: int) -> int:
    """Return when the item of a key that ends then is removed, in seconds since 1970."""
    # Not as a datetime: a key may expire in the last days of the year 9999.
    return int(ends_at.timestamp()) + retention_days * _DAY_SECONDS
