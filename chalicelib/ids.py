"""Ids: a prefix that says of what, then a ULID in lower case, so that they sort by time."""

import hashlib
import re
import secrets
from datetime import datetime

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ULID = re.compile(rf"[0-7][{_CROCKFORD}]{{25}}")
_RANDOM_BITS = 80


def new_id(prefix: str, now: datetime) -> str:
    """Return a new id such as `wh_01m85g57s7w6pgg03m8hrxcz85`: the millisecond, then random."""
    return prefix + _encode(_milliseconds(now) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS))


def first_id(prefix: str, time: datetime) -> str:
    """Return the lowest id of this millisecond: ids of earlier ones are below it."""
    return prefix + _encode(_milliseconds(time) << _RANDOM_BITS)


def derive_id(prefix: str, first: str, *others: str) -> str:
    """Return the one id that belongs to these ids; it has the time of `first`."""
    time = first.rpartition("_")[2][:10]
    digest = hashlib.sha256("\0".join((first, *others)).encode()).digest()
    return prefix + time + _encode(int.from_bytes(digest[:10]))[10:]


def is_id(prefix: str, text: str) -> bool:
    """Say whether `text` has the form of an id with this prefix."""
    return text.startswith(prefix) and _ULID.fullmatch(text, len(prefix)) is not None


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _encode(value: int) -> str:
    return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))
