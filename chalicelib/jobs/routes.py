"""GET /jobs and GET /jobs/{job_id}: where every asynchronous request is."""

from chalice.app import Request, Response

from chalicelib.http.operations import IF_NONE_MATCH, Answer, Operation
from chalicelib.http.paging import Paging, answer_page, make_cursor, read_cursor
from chalicelib.http.parsing import Query, read_query
from chalicelib.http.routing import Routes
from chalicelib.http.scopes import ANY_KEY
from chalicelib.jobs.answers import JOB_EXAMPLE, SUMMARY_EXAMPLE, JobAnswer, JobId, JobPage
from chalicelib.jobs.models import Kind, Status
from chalicelib.jobs.store import get_job_store
from chalicelib.jobs.views import answer_job, find_job, summarize

routes = Routes(__name__)


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
        answers={
            200: Answer(
                JobPage, ["Link"], example={"items": [SUMMARY_EXAMPLE], "next_cursor": None}
            )
        },
    ),
)
def list_jobs(request: Request) -> Response:
    """Answer a page of jobs, newest first."""
    query = read_query(request, JobsQuery)
    after = read_cursor(query, "jobs", str)
    jobs, last = get_job_store().list_jobs(query.limit, after, query.kind, query.status)
    next_cursor = make_cursor(query, "jobs", last) if last else None
    return answer_page([summarize(job) for job in jobs], query, next_cursor)


@routes.route(
    "/jobs/{job_id}",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(
        tag="jobs",
        headers=[IF_NONE_MATCH],
        answers={
            200: Answer(JobAnswer, ["ETag", "Retry-After"], example=JOB_EXAMPLE),
            304: Answer(headers=["ETag", "Retry-After"]),
        },
        errors={404: ["job_not_found"]},
    ),
)
def show_job(request: Request, job_id: JobId) -> Response:
    """Answer one job; an unchanged one costs a 304."""
    read_query(request, Query)
    return answer_job(request, find_job(job_id))
