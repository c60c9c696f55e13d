"""Begin the revert of a job: one at a time, and once however often it is requested."""

from chalicelib.jobs.models import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.transitions import JobNotEndedError, JobRevertedError, note_revert
from chalicelib.products.reverts.job import RevertJob
from chalicelib.products.reverts.refusals import not_ended_problem, running_problem


def find_running(jobs: JobStore, reverted: Job) -> RevertJob | None:
    """Return the revert of a job that hasn't ended, if there is one."""
    last = _find_last(jobs, reverted)
    return None if last is None or last.is_final else last


def join_revert(running: RevertJob, on_conflict: str) -> str:
    """Return the id of a running revert for a request that asks for the same.

    Raises ProblemError 409 for a request that asks for another.
    """
    if running.on_conflict != on_conflict:
        raise running_problem(running)
    return running.job_id


def begin_revert(jobs: JobStore, reverted: Job, revert: RevertJob) -> str:
    """Keep a revert and note it at the job that it reverts, in one write; return its id.

    If another request was first, its revert is joined. Raises ProblemError 409.
    """
    try:  # a retry could otherwise begin between the check and the revert
        jobs.update(
            reverted.job_id,
            lambda found: note_revert(found, revert.job_id, after=reverted.reverted_by),
            revert.created_at,
            creating=revert,
        )
    except JobNotEndedError:
        raise not_ended_problem() from None
    except JobRevertedError as error:
        first = _find_last(jobs, error.job)
        if first is None:
            raise
        return join_revert(first, revert.on_conflict)
    return revert.job_id


def _find_last(jobs: JobStore, reverted: Job) -> RevertJob | None:
    """Return the last revert of a job, if it is kept."""
    found = jobs.get(reverted.reverted_by) if reverted.reverted_by else None
    return found if isinstance(found, RevertJob) else None
