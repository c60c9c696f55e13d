"""Times in bodies and query strings: ISO 8601 with a time zone."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _validate_string(value: Any) -> Any:
    # Pydantic accepts numbers as seconds since 1970, and dates as midnight.
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE.match(value)):
        return value
    message = "Must be a time with a time zone, such as 2026-11-24T09:30:00Z."
    raise PydanticCustomError("not_time", message)


def to_utc(time: datetime) -> datetime:
    """Return a time in UTC; raises ValueError if its year in UTC is out of range."""
    # PostgreSQL doesn't accept every UTC offset that Python accepts.
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("Time is out of range.") from None


# Not strict: the before validator makes pydantic see a string instead of JSON.
Time = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_validate_string),
    AfterValidator(to_utc),
]
