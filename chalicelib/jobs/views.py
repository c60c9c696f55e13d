"""The job as clients see it."""

from typing import TypeVar

from chalice.app import Request, Response

from chalicelib.aws import find_region
from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.conditional import is_not_modified, make_not_modified_response
from chalicelib.http.routing import make_relative_url, make_response
from chalicelib.jobs.cost import describe_cost
from chalicelib.jobs.models import Job, Json, Kind
from chalicelib.jobs.responses import JobResponse, JobSummaryResponse, Link
from chalicelib.telemetry import logger

JobT = TypeVar("JobT", bound=Job)

_POLL_SECONDS = {"PENDING": "2", "PROCESSING": "1"}
_ACTIONS: dict[Kind, str] = {"import": "/imports", "bulk_delete": "/jobs"}  # cancel, retry


def find_job(job_id: str) -> Job:
    """Return the job; raises ProblemError 404 where there is none."""
    return find_job_of(job_id, Job)


def find_job_of(job_id: str, kind: type[JobT]) -> JobT:
    """Return the job; raises ProblemError 404 where there is none, or one of another kind."""
    job = services().jobs.get(job_id)
    if not isinstance(job, kind):
        raise ProblemError(404, "job_not_found", "There is no such job, or it is no longer kept.")
    logger.append_keys(job_id=job_id)
    return job


def show(job: Job) -> JobResponse:
    """Return a job as it is answered: the model of its kind says what is shown."""
    return JobResponse.model_validate(_describe(job), from_attributes=True)


def summarize(job: Job) -> JobSummaryResponse:
    """Return a job for a list of many: without what may be long, its options and columns."""
    return JobSummaryResponse.model_validate(_describe(job), from_attributes=True)


def answer_job(request: Request, job: Job) -> Response:
    """Answer a poll: 304 if the client has this version; Retry-After until the job has ended."""
    etag = f'"{job.version}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    response = make_response(show(job), headers=headers | _retry_after(job))
    return make_not_modified_response(response) if is_not_modified(request, etag) else response


def answer_accepted(request: Request, job: Job) -> Response:
    """Answer 202: what was asked is under way, and Location says where to follow it."""
    headers = {"Location": make_relative_url(request, f"/jobs/{job.job_id}")}
    return make_response(show(job), 202, headers | _retry_after(job))


def _describe(job: Job) -> Json:
    return vars(job) | {"links": _links(job), "cost": describe_cost(job, find_region())}


def _retry_after(job: Job) -> dict[str, str]:
    return {} if job.is_final else {"Retry-After": _POLL_SECONDS[job.status]}


def _links(job: Job) -> dict[Link, str]:
    """Return where the job is, and what may be asked of it, as paths from the API's root."""
    links: dict[Link, str] = {"self": f"/jobs/{job.job_id}"}
    actions = f"{_ACTIONS[job.kind]}/{job.job_id}"
    if job.kind == "import":
        links["rejects"] = f"{actions}/rejects"
    if job.is_retryable:
        links["retry"] = f"{actions}/retry"
    if job.is_cancellable:
        links["cancel"] = f"{actions}/cancel"
    return links
