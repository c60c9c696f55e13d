"""Ids: the prefix of their kind, then the time by the millisecond, then chance (a ULID)."""

import re
import secrets
from datetime import datetime

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
ULID = rf"[0-7][{_CROCKFORD}]{{25}}"
_ULID = re.compile(ULID)


def new_id(prefix: str, now: datetime) -> str:
    """Return a new id, such as `job_01m8…`; ids of one prefix sort by time."""
    value = int(now.timestamp() * 1000) << 80 | secrets.randbits(80)
    return prefix + "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))


def is_id(prefix: str, text: str) -> bool:
    """Say whether `text` has the form of an id with this prefix."""
    found = _ULID.fullmatch(text, len(prefix)) if text.startswith(prefix) else None
    return found is not None
