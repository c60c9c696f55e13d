"""Profiles for tests."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.ids import new_id
from chalicelib.profiles.models import Profile

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def make_profile(name: str = "Spring supplier", now: datetime = NOW, **more: Any) -> Profile:
    """Return a profile made from a file with a header."""
    values: dict[str, Any] = {
        "profile_id": new_id("prf_", now),
        "name": name,
        "options": {"mapping": {"Titel": "name"}, "blank": {}},
        "header": ("SKU", "Titel", "Preis"),
        "created_at": now,
        "updated_at": now,
    }
    return Profile(**values | more)
