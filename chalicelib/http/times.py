"""Times as clients send them: ISO 8601 with its zone, in bodies and in query strings alike."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _refuse_numbers(value: Any) -> Any:
    # Pydantic takes a number for the seconds since 1970, and a date for its midnight.
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE.match(value)):
        return value
    message = "Give a time with its zone, such as 2026-11-24T09:30:00Z."
    raise PydanticCustomError("not_time", message)


def to_utc(time: datetime) -> datetime:
    """Return a time as PostgreSQL takes it; raises ValueError for one that no year of UTC has."""
    # PostgreSQL does not take every offset from UTC that Python takes.
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("The time is out of range.") from None


# Not strict: what a body's model looks at before it is read is a text, no longer JSON.
Time = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_refuse_numbers),
    AfterValidator(to_utc),
]
