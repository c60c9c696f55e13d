"""The retry schedule: backoff delays, jitter and Retry-After."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

# The delay before each attempt after the first: together they span more than three days.
DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        5,
        5 * 60,
        30 * 60,
        2 * 3600,
        5 * 3600,
        10 * 3600,
        14 * 3600,
        20 * 3600,
        24 * 3600,
    )
)
MAX_ATTEMPTS = len(DELAYS) + 1
JITTER = 0.2  # the largest share of a delay that is added to it at random
MAX_DELAY = timedelta(hours=24)  # a longer Retry-After is shortened to this
FAILING_LIMIT = timedelta(days=5)
DISABLING_FAILURES = 3  # failures of one delivery: at once, after 5 seconds and after 5 minutes


def next_delay(
    failures: int, retry_after: timedelta | None, jitter: float, scale: float
) -> timedelta | None:
    """Return the backoff delay after the nth failure; None when no attempt is left.

    `jitter` is a number from 0 to 1, `scale` shortens all delays. A receiver may ask for a longer
    delay but not for a shorter one: that would spend all attempts at once.
    """
    if failures > len(DELAYS):
        return None
    delay = DELAYS[failures - 1] * scale
    if retry_after is not None:
        delay = max(delay, min(retry_after, MAX_DELAY) * scale)
    return delay * (1 + JITTER * jitter)


def read_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Return the delay of a Retry-After header, in seconds or as a date; None if it's neither."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_DELAY)
    try:
        until = parsedate_to_datetime(text)
        return max(until - now, timedelta()) if until.tzinfo else None
    except (ValueError, TypeError, OverflowError):
        return None
