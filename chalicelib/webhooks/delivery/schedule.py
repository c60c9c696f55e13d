"""When the next attempt is: the schedule, its jitter, and what receivers ask for."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

# Waits before each attempt after the first; a day and more of a receiver's outage is bridged.
WAITS = tuple(
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
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.2  # at most so much of a wait is added to it
LONGEST_WAIT = timedelta(hours=24)  # however long a receiver asks us to stay away
FAILING_LIMIT = timedelta(days=5)
DISABLING_FAILURES = 3  # of one delivery: at once, after 5 seconds and after 5 minutes


def next_wait(
    failures: int, retry_after: timedelta | None, jitter: float, scale: float
) -> timedelta | None:
    """Return the wait after the so-manieth failure; None when there is no further attempt.

    `jitter` is a number from 0 to 1, `scale` shortens all waits. A receiver may ask for a longer
    wait, never for a shorter one, or it would spend all attempts in a moment.
    """
    if failures > len(WAITS):
        return None
    wait = WAITS[failures - 1] * scale
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_WAIT) * scale)
    return wait * (1 + JITTER * jitter)


def read_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Return the wait that a Retry-After header asks for: seconds, or a date; None for others."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        return max(until - now, timedelta()) if until.tzinfo else None
    except (ValueError, TypeError, OverflowError):
        return None
