"""The routes of reverts: take a job back, and list what had changed since."""

from datetime import UTC, datetime
from typing import Annotated, Any

from chalice.app import Request, Response
from psycopg2.extensions import connection as Connection
from pydantic import Field

from chalicelib.bootstrap import services
from chalicelib.http.callers import read_caller
from chalicelib.http.idempotency import do_once
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_response
from chalicelib.jobs.models import Job, Json, new_job_id
from chalicelib.jobs.responses import JobId
from chalicelib.jobs.views import answer_accepted, read_job
from chalicelib.jobs.workflow import start_workflow
from chalicelib.postgres import connect
from chalicelib.products.batches import ledger
from chalicelib.products.lists.documents import limit_statements
from chalicelib.products.reverts.beginning import begin_revert, find_running, join_revert
from chalicelib.products.reverts.conflicts import ConflictResponse, read_conflicts
from chalicelib.products.reverts.job import RevertJob
from chalicelib.products.reverts.kind import RevertCountsResponse
from chalicelib.products.reverts.operations import (
    LIST_CONFLICTS,
    REVERT_JOB,
    RevertPreviewResponse,
    RevertRequest,
)
from chalicelib.products.reverts.refusals import check_journal, read_target
from chalicelib.products.reverts.reversion import Reversion
from chalicelib.products.reverts.target import Target

routes = Routes(__name__)

_ProductId: Any = Annotated[int, Field(ge=1, le=2**63 - 1)]  # what the cursor of a page holds


@routes.route(
    "/jobs/{job_id}/revert", methods=["POST"], scope="products:write", operation=REVERT_JOB
)
def revert_job(request: Request, job_id: JobId) -> Response:
    """Take back what an import, a bulk delete or a revert changed. With `dry_run`, only count.

    If a revert of the job is running, the answer is that job.
    """
    read_query(request, Query)
    body = read_body(request, RevertRequest)
    target = read_job(services().jobs, job_id, Job)
    if body.dry_run:
        return make_response(_preview(target, body))
    once = do_once(
        services().idempotency,
        request,
        f"POST /jobs/{job_id}/revert",
        body,
        lambda: _create(request, target, body),
    )
    job = read_job(services().jobs, once["job_id"], RevertJob)
    if job.is_awaiting_workflow:  # also after an earlier request that was interrupted
        start_workflow(job, services().job_context)
    return answer_accepted(request, job, services().job_context)


@routes.route(
    "/jobs/{job_id}/conflicts", methods=["GET"], scope="products:read", operation=LIST_CONFLICTS
)
def list_conflicts(request: Request, job_id: JobId) -> Response:
    """List the products that a revert found changed since the job that it reverts."""
    query = read_query(request, Paging)
    read_job(services().jobs, job_id, RevertJob)
    scope = f"{job_id}/conflicts"
    after = read_cursor(query, scope, _ProductId) or 0
    with connect(services().settings, "list_conflicts") as connection:
        found = read_conflicts(connection, job_id, after, query.limit + 1)
    page = found[: query.limit]
    is_last = len(found) <= query.limit
    next_cursor = None if is_last else make_cursor(query, scope, page[-1].product_id)
    return make_page_response(page, query, next_cursor)


def _preview(job: Job, body: RevertRequest) -> RevertPreviewResponse:
    with connect(services().settings, "preview_revert") as connection:
        target = _check(connection, job, datetime.now(UTC))
        with connection.cursor() as cursor:
            preview = Reversion(target, body.on_conflict).preview(cursor)
    return RevertPreviewResponse(
        job_id=job.job_id,
        counts=RevertCountsResponse(**preview.counts),
        conflicts=[ConflictResponse(**conflict) for conflict in preview.conflicts],
    )


def _check(connection: Connection, job: Job, now: datetime) -> Target:
    """Return the target of a revert; raises ProblemError."""
    target = read_target(job, services().settings.undo_days, now)
    limit_statements(connection)
    with connection.cursor() as cursor:
        check_journal(cursor, target)
    return target


def _create(request: Request, reverted: Job, body: RevertRequest) -> Json:
    now, jobs = datetime.now(UTC), services().jobs
    running = find_running(jobs, reverted)
    if running:
        return {"job_id": join_revert(running, body.on_conflict)}
    job = RevertJob(
        job_id=new_job_id(now),
        reverts=reverted.job_id,
        on_conflict=body.on_conflict,
        created_at=now,
        updated_at=now,
        requested_by=read_caller(request).describe(),
    )
    with connect(services().settings, "revert_job") as connection:
        target = _check(connection, reverted, now)
        ledger.keep_request(connection, job.job_id, target.to_json())
    return {"job_id": begin_revert(jobs, reverted, job)}
