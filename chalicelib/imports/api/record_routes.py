"""The routes of what became of single records of an import: rejects and skips."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from chalice.app import Request, Response
from pydantic import Field

from chalicelib.bootstrap import services
from chalicelib.http.accept import prefers
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_cursor
from chalicelib.http.parsing import Query, read_query
from chalicelib.http.routing import Routes, make_response
from chalicelib.http.sizes import PageBudget, measure
from chalicelib.imports.api.operations import (
    LIST_REJECTS,
    LIST_SKIPPED,
    SHOW_REPORT,
)
from chalicelib.imports.api.record_responses import RejectResponse, ReportResponse, SkipResponse
from chalicelib.imports.api.rejects import (
    REPORT_URL_SECONDS,
    read_rejects,
    read_skips,
    sign_report,
)
from chalicelib.imports.api.requests import ReportQuery
from chalicelib.imports.job import ImportJob
from chalicelib.imports.steps.finish import Listed
from chalicelib.jobs.responses import JobId
from chalicelib.jobs.views import read_job
from chalicelib.postgres import connect

routes = Routes(__name__)

_Listing = RejectResponse | SkipResponse
_LINE: Any = Annotated[int, Field(ge=1, le=2**63 - 1)]  # what the cursor of a page holds


@routes.route(
    "/imports/{job_id}/rejects", methods=["GET"], scope="imports:write", operation=LIST_REJECTS
)
def list_rejects(request: Request, job_id: JobId) -> Response:
    """List the rejects by line; for text/csv, redirect to the file with all of them."""
    job = _read_import(job_id)
    if prefers(request, "text/csv", "application/json"):
        read_query(request, Query)
        return make_response("", 303, {"Location": _sign_report(job)})
    return _list_page(read_query(request, Paging), job_id, job_id, read_rejects)


@routes.route(
    "/imports/{job_id}/skipped", methods=["GET"], scope="imports:write", operation=LIST_SKIPPED
)
def list_skipped(request: Request, job_id: JobId) -> Response:
    """List the skipped records by line; for text/csv, redirect to the file with all of them."""
    job = _read_import(job_id)
    if prefers(request, "text/csv", "application/json"):
        read_query(request, Query)
        return make_response("", 303, {"Location": _sign_report(job, "skipped")})
    return _list_page(read_query(request, Paging), job_id, f"{job_id}/skipped", read_skips)


@routes.route(
    "/imports/{job_id}/report", methods=["GET"], scope="imports:write", operation=SHOW_REPORT
)
def show_report(request: Request, job_id: JobId) -> Response:
    """Return the URL of the file with all rejects, or with all records of another kind.

    Use this in a browser: one that follows a redirect may send the API key along, and S3 then
    rejects the request.
    """
    query = read_query(request, ReportQuery)
    expires_at = datetime.now(UTC) + timedelta(seconds=REPORT_URL_SECONDS)
    url = _sign_report(_read_import(job_id), query.of)
    return make_response(ReportResponse(url=url, expires_at=expires_at))


def _read_import(job_id: str) -> ImportJob:
    return read_job(services().jobs, job_id, ImportJob)


def _list_page(
    query: Paging, job_id: str, scope: str, read: Callable[..., Sequence[_Listing]]
) -> Response:
    """Return a page of the records that `read` returns; its cursor is valid in `scope`."""
    after = read_cursor(query, scope, _LINE) or 0
    with connect(services().settings, read.__name__) as connection:
        found = read(connection, job_id, after, query.limit + 1)
    page = found[: PageBudget(query.limit).take(map(measure, found))]
    next_cursor = make_cursor(query, scope, page[-1].line) if len(found) > len(page) else None
    return make_page_response(page, query, next_cursor)


def _sign_report(job: ImportJob, listed: Listed = "rejects") -> str:
    uploads = services().uploads
    bucket = services().settings.bucket
    return sign_report(uploads.client, uploads.signer, bucket, job, listed)
