"""What clients may ask of a job of any kind: cancel and retry."""

from datetime import UTC, datetime

from chalicelib.errors import ProblemError
from chalicelib.jobs import transitions
from chalicelib.jobs.kind import JobContext
from chalicelib.jobs.models import Job
from chalicelib.jobs.transitions import CancelTooLateError, JobFinalError, JobNotRetryableError
from chalicelib.jobs.workflow import start_workflow


def cancel_job(job: Job, context: JobContext) -> Job:
    """Cancel a job, or ask it to stop. Idempotent. Raises ProblemError 409."""
    now, kind = datetime.now(UTC), context.kinds[job.kind]
    try:
        job = context.jobs.update(
            job.job_id, lambda found: transitions.request_cancel(found, now), now
        )
    except CancelTooLateError as error:
        raise ProblemError(409, "cancel_too_late", kind.cancel_too_late) from error
    except JobFinalError as error:
        if error.job.status != "CANCELLED":
            raise final_problem(error.job) from error
        job = error.job
    if job.status == "CANCELLED":
        kind.clean_up(job, context)
    elif job.status == "PENDING":  # a retry: its workflow ends it, whether it was started or not
        start_workflow(job, context)
    return job


def retry_job(job: Job, context: JobContext) -> Job:
    """Retry a failed job. While the attempt waits to begin, start its workflow again.

    Raises ProblemError 409 if the job can't be retried.
    """
    if not job.is_awaiting_workflow:
        now = datetime.now(UTC)
        try:
            job = context.jobs.update(job.job_id, lambda found: transitions.retry(found, now), now)
        except JobNotRetryableError as error:
            raise _retry_problem(error.job, context) from error
    start_workflow(job, context)
    return job


def final_problem(job: Job) -> ProblemError:
    """Return the problem of a request that a job which has ended can't fulfil."""
    return ProblemError(409, "job_final", f"The job has ended: its status is {job.status}.")


def _retry_problem(job: Job, context: JobContext) -> ProblemError:
    if job.status != "FAILED":
        detail = f"Only a job that is FAILED can be retried; this one is {job.status}."
    else:
        detail = context.kinds[job.kind].retry_is_useless
    return ProblemError(409, "job_not_retryable", detail)
