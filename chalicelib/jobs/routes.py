"""The routes of jobs of every kind: list, show, cancel and retry."""

from typing import TYPE_CHECKING, Literal

from chalice.app import Request, Response

from chalicelib.bootstrap import job_kinds, services
from chalicelib.http.callers import check_scope, read_caller
from chalicelib.http.operations import IF_NONE_MATCH, Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_id_cursor
from chalicelib.http.parsing import Query, read_query
from chalicelib.http.routing import Routes
from chalicelib.http.scopes import ANY_KEY
from chalicelib.jobs.lifecycle import cancel_job, retry_job
from chalicelib.jobs.models import JOB_PREFIX, Job, Status
from chalicelib.jobs.responses import JobId, make_job_page, make_job_response
from chalicelib.jobs.views import answer_accepted, answer_job, read_job, summarize

routes = Routes(__name__)

_KINDS = job_kinds()
_FIRST = next(iter(_KINDS))
_ACTED_ON_HERE = next(kind for kind in _KINDS if kind.actions_path == "/jobs")
_JobResponse = make_job_response([kind.response for kind in _KINDS])
_JobPage = make_job_page([kind.summary for kind in _KINDS])
if TYPE_CHECKING:
    _KindName = str
else:
    _KindName = Literal[_KINDS.names]

_ACCEPTED = {
    202: ResponseSpec(_JobResponse, ["Location", "Retry-After"], example=_ACTED_ON_HERE.example)
}
_JOB_ERRORS = {403: ["insufficient_scope"], 404: ["job_not_found"]}
_CANCEL = Operation(
    tag="jobs",
    responses=_ACCEPTED,
    errors=_JOB_ERRORS | {409: ["cancel_too_late", "job_final"]},
)
_RETRY = Operation(
    tag="jobs", responses=_ACCEPTED, errors=_JOB_ERRORS | {409: ["job_not_retryable"]}
)


class JobsQuery(Paging):
    """The filters of GET /jobs."""

    kind: _KindName | None = None
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
                _JobPage,
                ["Link"],
                example={"items": [_FIRST.summary_example], "next_cursor": None},
            )
        },
    ),
)
def list_jobs(request: Request) -> Response:
    """List jobs, newest first."""
    query = read_query(request, JobsQuery)
    after = read_id_cursor(query, "jobs", JOB_PREFIX)
    context = services().job_context
    jobs, last = services().jobs.list_jobs(query.limit, after, query.kind, query.status)
    next_cursor = make_cursor(query, "jobs", last) if last else None
    return make_page_response([summarize(job, context) for job in jobs], query, next_cursor)


@routes.route(
    "/jobs/{job_id}",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(
        tag="jobs",
        headers=[IF_NONE_MATCH],
        responses={
            200: ResponseSpec(_JobResponse, ["ETag", "Retry-After"], example=_FIRST.example),
            304: ResponseSpec(headers=["ETag", "Retry-After"]),
        },
        errors={404: ["job_not_found"]},
    ),
)
def show_job(request: Request, job_id: JobId) -> Response:
    """Show a job. Returns 304 if it is unchanged."""
    read_query(request, Query)
    return answer_job(request, read_job(services().jobs, job_id, Job), services().job_context)


@routes.route("/jobs/{job_id}/cancel", methods=["POST"], scope=ANY_KEY, operation=_CANCEL)
def cancel_any_job(request: Request, job_id: JobId) -> Response:
    """Cancel a job, or ask it to stop. Idempotent."""
    read_query(request, Query)
    job = _read_writable(request, job_id)
    context = services().job_context
    return answer_accepted(request, cancel_job(job, context), context)


@routes.route("/jobs/{job_id}/retry", methods=["POST"], scope=ANY_KEY, operation=_RETRY)
def retry_any_job(request: Request, job_id: JobId) -> Response:
    """Retry a failed job. Idempotent until the new attempt begins."""
    read_query(request, Query)
    job = _read_writable(request, job_id)
    context = services().job_context
    return answer_accepted(request, retry_job(job, context), context)


def _read_writable(request: Request, job_id: str) -> Job:
    """Return the job; raises ProblemError 403 for a caller without the scope of its kind."""
    job = read_job(services().jobs, job_id, Job)
    check_scope(read_caller(request), _KINDS[job.kind].scope)
    return job
