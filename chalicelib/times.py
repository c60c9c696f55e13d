"""Times as texts: ISO 8601 in UTC, the one form in answers and tables."""

from datetime import UTC, datetime
from typing import overload


@overload
def format_time(time: datetime) -> str: ...
@overload
def format_time(time: None) -> None: ...
@overload
def format_time(time: datetime | None) -> str | None: ...
def format_time(time: datetime | None) -> str | None:
    """Write a time as ISO 8601 in UTC, always as long, so that texts sort like the times."""
    if time is None:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
