"""The job as clients see it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chalice.app import Request, Response

from chalicelib.aws import find_region
from chalicelib.errors import ProblemError
from chalicelib.http.conditional import is_not_modified, make_not_modified_response
from chalicelib.http.routing import make_relative_url, make_response
from chalicelib.jobs.cost import describe_cost
from chalicelib.jobs.kind import JobContext, JobKind
from chalicelib.jobs.models import Job, JobT, Json
from chalicelib.jobs.responses import AnyJobResponse
from chalicelib.jobs.revertible import find_revertible_until
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


def show(job: Job, context: JobContext) -> AnyJobResponse:
    """Return a job as its kind shows it."""
    response = context.kinds[job.kind].response
    return response.model_validate(_describe(job, context), from_attributes=True)


def summarize(job: Job, context: JobContext) -> AnyJobResponse:
    """Return a job as its kind shows it in a list, without what may be long."""
    summary = context.kinds[job.kind].summary
    return summary.model_validate(_describe(job, context), from_attributes=True)


def answer_job(request: Request, job: Job, context: JobContext) -> Response:
    """Answer a poll: 304 if the client has this version; Retry-After until the job has ended."""
    etag = f'"{job.version}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    response = make_response(show(job, context), headers=headers | _retry_after(job))
    return make_not_modified_response(response) if is_not_modified(request, etag) else response


def answer_accepted(request: Request, job: Job, context: JobContext) -> Response:
    """Answer 202 with the job; Location is the address to poll."""
    headers = {"Location": make_relative_url(request, f"/jobs/{job.job_id}")}
    return make_response(show(job, context), 202, headers | _retry_after(job))


def _describe(job: Job, context: JobContext) -> Json:
    until = find_revertible_until(job, context.settings.undo_days, datetime.now(UTC))
    kind = context.kinds[job.kind]
    return vars(job) | {
        "revertible_until": until,
        "links": _links(job, kind) | (_fill(kind.undo_links, job) if until else {}),
        "cost": describe_cost(job, find_region()),
    }


def _retry_after(job: Job) -> dict[str, str]:
    return {} if job.is_final else {"Retry-After": _POLL_SECONDS[job.status]}


def _links(job: Job, kind: JobKind[Job]) -> dict[str, str]:
    """Return the job's address and those of its actions, as paths from the API's root."""
    links = {"self": f"/jobs/{job.job_id}"}
    links |= _fill(kind.links, job)
    actions = f"{kind.actions_path}/{job.job_id}"
    if job.is_retryable:
        links["retry"] = f"{actions}/retry"
    if job.is_cancellable:
        links["cancel"] = f"{actions}/cancel"
    links |= {name: f"{actions}/{name}" for name in job.more_actions}
    return links


def _fill(links: Mapping[str, str], job: Job) -> dict[str, str]:
    return {name: path.format(job_id=job.job_id) for name, path in links.items()}
