"""The slots of the journal: a ring of weekly partitions."""

from datetime import UTC, datetime, timedelta

_SLOTS = 16  # as journal_slot() has them, in migration 0009
_WEEK = timedelta(weeks=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def find_slots(since: datetime, until: datetime) -> list[int]:
    """Return the slots that have the changes between two times."""
    first, last = (since - _EPOCH) // _WEEK, (until - _EPOCH) // _WEEK
    return sorted({week % _SLOTS for week in range(max(first, last - _SLOTS + 1), last + 1)})


def expired_slots(before: datetime, now: datetime) -> list[int]:
    """Return the slots whose newest week ended at or before `before`."""
    this_week = (now - _EPOCH) // _WEEK
    weeks = range(this_week - _SLOTS + 1, this_week + 1)
    return [week % _SLOTS for week in weeks if _EPOCH + (week + 1) * _WEEK <= before]
