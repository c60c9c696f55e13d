"""Until when a job can be reverted: as long as the journal has what it replaced."""

from datetime import datetime, timedelta

from chalicelib.jobs.models import Job


def find_revertible_until(job: Job, undo_days: int, now: datetime) -> datetime | None:
    """Return until when a job can be reverted; None if it can't.

    `undo_days`: how long the journal keeps a change. A job has changed nothing before it was
    created, so nothing of it expires earlier.
    """
    if not job.is_final or not job.may_have_changed_products or undo_days == 0:
        return None
    until = job.created_at + timedelta(days=undo_days)
    return until if now < until else None
