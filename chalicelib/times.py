"""Times as text: ISO 8601 in UTC, in answers and in tables."""

from datetime import UTC, datetime
from typing import overload


@overload
def format_time(time: datetime) -> str: ...
@overload
def format_time(time: None) -> None: ...
@overload
def format_time(time: datetime | None) -> str | None: ...
def format_time(time: datetime | None) -> str | None:
    """Format a time as ISO 8601 in UTC, always of the same length, so that texts sort by time."""
    if time is None:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
