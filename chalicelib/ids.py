"""Ids: the prefix of their kind, then a ULID, which is the time in milliseconds and random bits."""

import hashlib
import re
import secrets
from datetime import datetime

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80
ULID = rf"[0-7][{_CROCKFORD}]{{25}}"
_ULID = re.compile(ULID)


def new_id(prefix: str, now: datetime) -> str:
    """Return a new id, such as `job_01m8…`; ids of one prefix sort by time."""
    return prefix + _encode(_milliseconds(now) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS))


def first_id(prefix: str, time: datetime) -> str:
    """Return the lowest id of this millisecond; ids of earlier milliseconds sort before it."""
    return prefix + _encode(_milliseconds(time) << _RANDOM_BITS)


def derive_id(prefix: str, first: str, *others: str) -> str:
    """Return an id derived from these ids, always the same; it has the time of `first`."""
    time = first.rpartition("_")[2][:10]
    digest = hashlib.sha256("\0".join((first, *others)).encode()).digest()
    return prefix + time + _encode(int.from_bytes(digest[: _RANDOM_BITS // 8]))[10:]


def is_id(prefix: str, text: str) -> bool:
    """Say whether `text` has the form of an id with this prefix."""
    found = _ULID.fullmatch(text, len(prefix)) if text.startswith(prefix) else None
    return found is not None


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _encode(value: int) -> str:
    return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))
