"""Which jobs can be reverted, and why others can't."""

from datetime import datetime

from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import ProblemError
from chalicelib.jobs.models import Job
from chalicelib.jobs.revertible import find_revertible_until
from chalicelib.products.reverts.job import RevertJob
from chalicelib.products.reverts.target import Target


def read_target(job: Job, undo_days: int, now: datetime) -> Target:
    """Return the target of a revert of `job`; raises ProblemError 409 or 410."""
    if not job.is_final:
        raise not_ended_problem()
    if not job.may_have_changed_products:
        raise _nothing_problem()
    if find_revertible_until(job, undo_days, now) is None:
        raise _expired_problem()
    return Target.of_job(job)


def check_journal(cursor: Cursor, target: Target) -> None:
    """Raise ProblemError unless the journal has all that the target changed."""
    found = target.count(cursor)
    if found < target.changed:
        raise _expired_problem()
    if not found:
        raise _nothing_problem()


def not_ended_problem() -> ProblemError:
    """Return the problem of a job that is still running."""
    return ProblemError(
        409, "job_not_ended", "The job hasn't ended. Wait until it has, or cancel it first."
    )


def running_problem(revert: RevertJob) -> ProblemError:
    """Return the problem of a job that is being reverted, with another `on_conflict`."""
    return ProblemError(
        409,
        "revert_running",
        f"{revert.job_id} is reverting this job, with on_conflict {revert.on_conflict}. Wait until"
        " it has ended, or cancel it first.",
        extensions={"job_id": revert.job_id},
    )


def _nothing_problem() -> ProblemError:
    return ProblemError(
        409, "nothing_to_revert", "The job changed no products, so there is nothing to revert."
    )


def _expired_problem() -> ProblemError:
    return ProblemError(
        410,
        "journal_expired",
        "The journal doesn't have all that the job changed: it has expired, or was off when the job"
        " ran. Products can only be changed back by hand or by an import.",
    )
