"""The job as clients see it."""

from chalice.app import Request, Response

from chalicelib.aws import find_region
from chalicelib.errors import ProblemError
from chalicelib.http.conditional import is_not_modified, make_not_modified_response
from chalicelib.http.routing import make_relative_url, make_response
from chalicelib.jobs.cost import describe_cost
from chalicelib.jobs.kind import JobKinds
from chalicelib.jobs.models import Job, JobT, Json
from chalicelib.jobs.responses import AnyJobResponse
from chalicelib.jobs.store import JobStore
from chalicelib.telemetry import logger

_POLL_SECONDS = {"PENDING": "2", "PROCESSING": "1", "PLANNED": "60"}


def read_job(jobs: JobStore, job_id: str, model: type[JobT]) -> JobT:
    """Return the job of `model`, which may be Job for any kind; raises ProblemError 404."""
    job = jobs.get(job_id)
    if not isinstance(job, model):
        raise ProblemError(404, "job_not_found", "The job was not found, or has expired.")
    logger.append_keys(job_id=job_id)
    return job


def show(job: Job, kinds: JobKinds) -> AnyJobResponse:
    """Return a job as its kind shows it."""
    return kinds[job.kind].response.model_validate(_describe(job, kinds), from_attributes=True)


def summarize(job: Job, kinds: JobKinds) -> AnyJobResponse:
    """Return a job as its kind shows it in a list, without what may be long."""
    return kinds[job.kind].summary.model_validate(_describe(job, kinds), from_attributes=True)


def answer_job(request: Request, job: Job, kinds: JobKinds) -> Response:
    """Answer a poll: 304 if the client has this version; Retry-After until the job has ended."""
    etag = f'"{job.version}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    response = make_response(show(job, kinds), headers=headers | _retry_after(job))
    return make_not_modified_response(response) if is_not_modified(request, etag) else response


def answer_accepted(request: Request, job: Job, kinds: JobKinds) -> Response:
    """Answer 202 with the job; Location is the address to poll."""
    headers = {"Location": make_relative_url(request, f"/jobs/{job.job_id}")}
    return make_response(show(job, kinds), 202, headers | _retry_after(job))


def _describe(job: Job, kinds: JobKinds) -> Json:
    return vars(job) | {"links": _links(job, kinds), "cost": describe_cost(job, find_region())}


def _retry_after(job: Job) -> dict[str, str]:
    return {} if job.is_final else {"Retry-After": _POLL_SECONDS[job.status]}


def _links(job: Job, kinds: JobKinds) -> dict[str, str]:
    """Return the job's address and those of its actions, as paths from the API's root."""
    kind = kinds[job.kind]
    links = {"self": f"/jobs/{job.job_id}"}
    links |= {name: path.format(job_id=job.job_id) for name, path in kind.links.items()}
    actions = f"{kind.actions_path}/{job.job_id}"
    if job.is_retryable:
        links["retry"] = f"{actions}/retry"
    if job.is_cancellable:
        links["cancel"] = f"{actions}/cancel"
    links |= {name: f"{actions}/{name}" for name in job.more_actions}
    return links
