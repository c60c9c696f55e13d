"""The routes of jobs, whatever their kind: where they are, and to cancel or try again."""

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.http.callers import check_scope, read_caller
from chalicelib.http.operations import IF_NONE_MATCH, Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_id_cursor
from chalicelib.http.parsing import Query, read_query
from chalicelib.http.routing import Routes
from chalicelib.http.scopes import ANY_KEY, Scope
from chalicelib.jobs.lifecycle import cancel_job, retry_job
from chalicelib.jobs.models import JOB_PREFIX, Job, Kind, Status
from chalicelib.jobs.responses import (
    BULK_DELETE_EXAMPLE,
    JOB_EXAMPLE,
    SUMMARY_EXAMPLE,
    JobId,
    JobPage,
    JobResponse,
)
from chalicelib.jobs.views import answer_accepted, answer_job, find_job, summarize

routes = Routes(__name__)

_SCOPES: dict[Kind, Scope] = {"import": "imports:write", "bulk_delete": "products:write"}


_ACCEPTED = {
    202: ResponseSpec(JobResponse, ["Location", "Retry-After"], example=BULK_DELETE_EXAMPLE)
}
_OF_JOB = {403: ["insufficient_scope"], 404: ["job_not_found"]}
_CANCEL = Operation(
    tag="jobs",
    responses=_ACCEPTED,
    errors=_OF_JOB | {409: ["cancel_too_late", "job_final"]},
)
_RETRY = Operation(tag="jobs", responses=_ACCEPTED, errors=_OF_JOB | {409: ["job_not_retryable"]})


class JobsQuery(Paging):
    """The filters of GET /jobs."""

    kind: Kind | None = None
    status: Status | None = None


@routes.route(
    "/jobs",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(
        tag="jobs",
        query=JobsQuery,
        responses={
            200: ResponseSpec(
                JobPage, ["Link"], example={"items": [SUMMARY_EXAMPLE], "next_cursor": None}
            )
        },
    ),
)
def list_jobs(request: Request) -> Response:
    """Answer a page of jobs, newest first."""
    query = read_query(request, JobsQuery)
    after = read_id_cursor(query, "jobs", JOB_PREFIX)
    jobs, last = services().jobs.list_jobs(query.limit, after, query.kind, query.status)
    next_cursor = make_cursor(query, "jobs", last) if last else None
    return make_page_response([summarize(job) for job in jobs], query, next_cursor)


@routes.route(
    "/jobs/{job_id}",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(
        tag="jobs",
        headers=[IF_NONE_MATCH],
        responses={
            200: ResponseSpec(JobResponse, ["ETag", "Retry-After"], example=JOB_EXAMPLE),
            304: ResponseSpec(headers=["ETag", "Retry-After"]),
        },
        errors={404: ["job_not_found"]},
    ),
)
def show_job(request: Request, job_id: JobId) -> Response:
    """Answer one job; an unchanged one costs a 304."""
    read_query(request, Query)
    return answer_job(request, find_job(job_id))


@routes.route("/jobs/{job_id}/cancel", methods=["POST"], scope=ANY_KEY, operation=_CANCEL)
def cancel_any_job(request: Request, job_id: JobId) -> Response:
    """Cancel a job, or ask it to stop. Again: the same answer."""
    read_query(request, Query)
    return answer_accepted(request, cancel_job(_find_writable(request, job_id)))


@routes.route("/jobs/{job_id}/retry", methods=["POST"], scope=ANY_KEY, operation=_RETRY)
def retry_any_job(request: Request, job_id: JobId) -> Response:
    """Try a failed job again. While the attempt waits to begin: start it anew."""
    read_query(request, Query)
    return answer_accepted(request, retry_job(_find_writable(request, job_id)))


def _find_writable(request: Request, job_id: str) -> Job:
    """Return the job; raises ProblemError 403 for a caller who could not have begun it."""
    job = find_job(job_id)
    check_scope(read_caller(request), _SCOPES[job.kind])
    return job
