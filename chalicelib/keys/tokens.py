"""Keys as texts: `pik_<id>_<secret>`, what a client sends, and what of it is kept.

The secret is 260 random bits, so its SHA-256 cannot be turned back by guessing, and needs none of
the slowness that hashes of passwords have: there are no likely secrets to try first.
"""

import re
import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from chalicelib.ids import new_id

KEY_PREFIX = "key_"  # of ids
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, as in ids
_SECRET_LETTERS = 52  # of 5 bits each
_FORM = re.compile(rf"pik_([0-7][{_LETTERS}]{{25}})_([{_LETTERS}]{{{_SECRET_LETTERS}}})")


class KeyToken(NamedTuple):
    """A key as its owner has it."""

    key_id: str
    secret: str

    @property
    def text(self) -> str:
        """What goes into the header; its prefix lets scanners for leaked secrets find it."""
        return f"pik_{self.key_id.removeprefix(KEY_PREFIX)}_{self.secret}"


def new_token(now: datetime) -> KeyToken:
    """Return a new key."""
    secret = "".join(secrets.choice(_LETTERS) for _ in range(_SECRET_LETTERS))
    return KeyToken(new_id(KEY_PREFIX, now), secret)


def read_token(text: str) -> KeyToken | None:
    """Return the key that `text` is; None where it has not the form of one."""
    found = _FORM.fullmatch(text)
    return KeyToken(KEY_PREFIX + found[1], found[2]) if found else None


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode("ascii")).hexdigest()


def is_secret(secret: str, secret_hash: str) -> bool:
    """Say whether the hash is this secret's, in a time that does not tell how much of it is."""
    return compare_digest(hash_secret(secret), secret_hash)
