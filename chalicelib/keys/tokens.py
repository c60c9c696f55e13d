"""The text of a key, `pik_<id>_<secret>`, which clients send, and the hash of its secret.

The secret is 260 random bits. Nobody can find it from its SHA-256 by guessing, so the hash needn't
be slow as one of passwords: no secret is likelier than another.
"""

import re
import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from chalicelib.ids import new_id

KEY_PREFIX = "key_"  # of ids
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, as in ids
_SECRET_CHARACTERS = 52  # of 5 bits each
_FORM = re.compile(rf"pik_([0-7][{_ALPHABET}]{{25}})_([{_ALPHABET}]{{{_SECRET_CHARACTERS}}})")


class KeyToken(NamedTuple):
    """A key as its owner has it."""

    key_id: str
    secret: str

    @property
    def text(self) -> str:
        """The key as clients send it. Scanners for leaked secrets know it by its prefix."""
        return f"pik_{self.key_id.removeprefix(KEY_PREFIX)}_{self.secret}"


def new_token(now: datetime) -> KeyToken:
    """Return a new key."""
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_CHARACTERS))
    return KeyToken(new_id(KEY_PREFIX, now), secret)


def read_token(text: str) -> KeyToken | None:
    """Return the key of a text; None if it doesn't have the form of one."""
    found = _FORM.fullmatch(text)
    return KeyToken(KEY_PREFIX + found[1], found[2]) if found else None


def hash_secret(secret: str) -> str:
    """Return the hash of a secret, which is stored in its place."""
    return sha256(secret.encode("ascii")).hexdigest()


def is_secret(secret: str, secret_hash: str) -> bool:
    """Say whether the hash is this secret's, in constant time."""
    return compare_digest(hash_secret(secret), secret_hash)
