"""What clients may ask of a job, whatever its kind: to stop, and to try again."""

from datetime import UTC, datetime

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.models import Job
from chalicelib.jobs.transitions import CancelTooLateError, JobFinalError, JobNotRetryableError
from chalicelib.jobs.uploads import abort_upload
from chalicelib.jobs.workflow import start_workflow


def cancel_job(job: Job) -> Job:
    """Cancel a job, or ask it to stop. Again: the same answer. Raises ProblemError 409."""
    try:
        job = services().jobs.request_cancel(job.job_id, datetime.now(UTC))
    except CancelTooLateError as error:
        detail = "The import has begun to change the catalogue and cannot be cancelled any more."
        raise ProblemError(409, "cancel_too_late", detail) from error
    except JobFinalError as error:
        if error.job.status != "CANCELLED":
            raise refuse_final(error.job) from error
        job = error.job
    if isinstance(job, ImportJob) and job.source is None:
        abort_upload(services().client("s3"), services().settings.bucket, job)
    elif job.status == "PENDING":  # a retry: the workflow ends it, whether it was started or not
        start_workflow(job)
    return job


def retry_job(job: Job) -> Job:
    """Try a failed job again. While the attempt waits to begin: start its workflow anew.

    Raises ProblemError 409 for a job that cannot be retried.
    """
    if not job.is_awaiting_workflow:
        try:
            job = services().jobs.retry(job.job_id, datetime.now(UTC))
        except JobNotRetryableError as error:
            raise _refuse_retry(error.job) from error
    start_workflow(job)
    return job


def refuse_final(job: Job) -> ProblemError:
    """Return the problem of asking a job that has ended for something."""
    return ProblemError(409, "job_final", f"The job has ended: it is {job.status}.")


def _refuse_retry(job: Job) -> ProblemError:
    if job.status != "FAILED":
        detail = f"Only a job that is FAILED can be retried; this one is {job.status}."
    else:
        detail = "The file was never uploaded as it was announced. Start a new import."
    return ProblemError(409, "job_not_retryable", detail)
