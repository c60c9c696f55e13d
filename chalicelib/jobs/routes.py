"""The routes of jobs, whatever their kind: where they are, and to cancel or try again."""

from chalice.app import Request, Response

from chalicelib.http.paging import Paging, answer_page, make_cursor, read_cursor
from chalicelib.http.parsing import Query, read_query
from chalicelib.http.routing import Routes
from chalicelib.jobs.lifecycle import cancel_job, retry_job
from chalicelib.jobs.models import Kind, Status
from chalicelib.jobs.store import get_job_store
from chalicelib.jobs.views import answer_accepted, answer_job, find_job, summarize

routes = Routes(__name__)


class JobsQuery(Paging):
    """The filters of GET /jobs."""

    kind: Kind | None = None
    status: Status | None = None


@routes.route("/jobs", methods=["GET"])
def list_jobs(request: Request) -> Response:
    """Answer a page of jobs, newest first."""
    query = read_query(request, JobsQuery)
    after = read_cursor(query, "jobs", str)
    jobs, last = get_job_store().list_jobs(query.limit, after, query.kind, query.status)
    next_cursor = make_cursor(query, "jobs", last) if last else None
    return answer_page([summarize(job) for job in jobs], query, next_cursor)


@routes.route("/jobs/{job_id}", methods=["GET"])
def show_job(request: Request, job_id: str) -> Response:
    """Answer one job; an unchanged one costs a 304."""
    read_query(request, Query)
    return answer_job(request, find_job(job_id))


@routes.route("/jobs/{job_id}/cancel", methods=["POST"])
def cancel(request: Request, job_id: str) -> Response:
    """Cancel a job, or ask it to stop. Again: the same answer."""
    read_query(request, Query)
    return answer_accepted(request, cancel_job(find_job(job_id)))


@routes.route("/jobs/{job_id}/retry", methods=["POST"])
def retry(request: Request, job_id: str) -> Response:
    """Try a failed job again. While the attempt waits to begin: start it anew."""
    read_query(request, Query)
    return answer_accepted(request, retry_job(find_job(job_id)))
