"""Times in filters: with a zone, and such as PostgreSQL takes."""

import pytest
from pydantic import ValidationError

from chalicelib.products.lists.filters import Filters


def _read(text: str) -> str:
    time = Filters.model_validate({"updated_at[gte]": text}).updated_from
    assert time is not None
    return time.isoformat()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-24T09:30:00Z", "2026-11-24T09:30:00+00:00"),
        ("2026-11-24 09:30:00.5+01:00", "2026-11-24T08:30:00.500000+00:00"),
        ("1248-11-12T23:00:54-22:15", "1248-11-13T21:15:54+00:00"),
    ],
)
def test_times_are_read_in_utc(text: str, read: str) -> None:
    assert _read(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "0.5",
        "1764000000",
        "2026-11-24",
        "2026-11-24T09:30:00",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_what_is_no_such_time_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        _read(text)
