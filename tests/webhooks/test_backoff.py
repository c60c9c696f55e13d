"""The retry schedule."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.webhooks.delivery.backoff import (
    DELAYS,
    JITTER,
    MAX_ATTEMPTS,
    MAX_DELAY,
    next_delay,
    read_retry_after,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAILURES = st.integers(1, MAX_ATTEMPTS - 1)
JITTERS = st.floats(0, 1)


def test_the_schedule_has_nine_delays_after_the_first_attempt() -> None:
    hour = timedelta(hours=1)
    assert (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        *(hours * hour for hours in (2, 5, 10, 14, 20, 24)),
    ) == DELAYS
    assert MAX_ATTEMPTS == 10


@given(FAILURES, JITTERS)
def test_jitter_adds_at_most_a_fifth_to_a_delay(failures: int, jitter: float) -> None:
    wait = next_delay(failures, None, jitter, 1)
    assert wait is not None
    assert DELAYS[failures - 1] <= wait <= DELAYS[failures - 1] * (1 + JITTER)


def test_jitter_spreads_simultaneous_failures() -> None:
    assert len({next_delay(3, None, n / 10, 1) for n in range(10)}) == 10


@given(st.integers(MAX_ATTEMPTS, 1000), JITTERS)
def test_no_delay_follows_the_last_attempt(failures: int, jitter: float) -> None:
    assert next_delay(failures, None, jitter, 1) is None


@given(FAILURES, JITTERS, st.timedeltas(timedelta(), timedelta(days=400)))
def test_retry_after_lengthens_a_delay_but_never_shortens_it(
    failures: int, jitter: float, asked: timedelta
) -> None:
    wait = next_delay(failures, asked, jitter, 1)
    plain = next_delay(failures, None, jitter, 1)
    assert wait is not None
    assert plain is not None
    assert wait >= max(plain, min(asked, MAX_DELAY))
    assert wait <= max(plain, MAX_DELAY * (1 + JITTER))


@given(FAILURES, st.floats(0.0001, 1))
def test_the_scale_shortens_all_delays(failures: int, scale: float) -> None:
    wait = next_delay(failures, None, 0, scale)
    assert wait is not None
    assert abs(wait - DELAYS[failures - 1] * scale) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("99999999999999999999", 24 * 3600),
        (format_datetime(NOW + timedelta(minutes=3), usegmt=True), 180),
        (format_datetime(NOW - timedelta(minutes=3), usegmt=True), 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, seconds: int) -> None:
    assert read_retry_after(text, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", [None, "", "-5", "soon", "1.5", "٣", "Mon, 99 Foo 2026 00:00:00"])
def test_an_invalid_retry_after_is_ignored(text: str | None) -> None:
    assert read_retry_after(text, NOW) is None


@given(st.text())
def test_any_retry_after_header_is_handled(text: str) -> None:
    wait = read_retry_after(text, NOW)
    assert wait is None or timedelta() <= wait
