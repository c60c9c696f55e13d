"""Until when a job can be reverted: as long as the journal has what it replaced."""

from datetime import datetime, timedelta

from chalicelib.jobs.models import Job


def find_revertible_until(job: Job, undo_days: int, now: datetime) -> datetime | None:
    """Return until when a job can be reverted; None if it can't."""
    if not job.is_final or not job.may_have_changed_products:
        return None
    until = find_end_of_undo(job.created_at, undo_days)
    return until if until is not None and now < until else None


def find_end_of_undo(created_at: datetime, undo_days: int) -> datetime | None:
    """Return until when a job that is created then can be reverted; None without a journal.

    `undo_days`: how long the journal keeps a change. A job has changed nothing before it was
    created, so nothing of it expires earlier.
    """
    return created_at + timedelta(days=undo_days) if undo_days else None
