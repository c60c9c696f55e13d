"""The local stack's API key: the same at every start, although the emulator doesn't keep it."""

import os
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.keys.tokens import new_token, read_token


def keep_key(state: Path) -> str:
    """Return the key saved below `state`, readable by the owner only; creates it if missing."""
    path = state / "key"
    if path.exists():
        kept = path.read_text(encoding="ascii").strip()
        if read_token(kept) is not None:
            return kept
        path.unlink()  # left by a start that was killed while writing it
    made = new_token(datetime.now(UTC)).text
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(made + "\n")
    return made
