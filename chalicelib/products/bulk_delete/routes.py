"""POST /products/bulk-delete: start a job that deletes products."""

from datetime import UTC, datetime

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.callers import read_caller
from chalicelib.http.idempotency import do_once
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_response
from chalicelib.jobs.models import Json, new_job_id
from chalicelib.jobs.revertible import find_end_of_undo
from chalicelib.jobs.views import answer_accepted, read_job
from chalicelib.jobs.workflow import start_workflow
from chalicelib.postgres import connect
from chalicelib.products.batches import ledger
from chalicelib.products.bulk_delete.deletion import count_selected
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.products.bulk_delete.operations import BULK_DELETE, SelectedCountResponse
from chalicelib.products.bulk_delete.requests import BulkDeleteRequest
from chalicelib.products.lists.documents import limit_statements

routes = Routes(__name__)


@routes.route(
    "/products/bulk-delete", methods=["POST"], scope="products:write", operation=BULK_DELETE
)
def bulk_delete(request: Request) -> Response:
    """Start a bulk delete. With `dry_run`, only count the selected products."""
    read_query(request, Query)
    body = read_body(request, BulkDeleteRequest)
    if body.dry_run:
        until = find_end_of_undo(datetime.now(UTC), services().settings.undo_days)
        return make_response(SelectedCountResponse(count=_count(body), revertible_until=until))
    once = do_once(
        services().idempotency,
        request,
        "POST /products/bulk-delete",
        body,
        lambda: _create(request, body),
    )
    job = read_job(services().jobs, once["job_id"], BulkDeleteJob)
    if job.is_awaiting_workflow:  # also after an earlier request that was interrupted
        start_workflow(job, services().job_context)
    return answer_accepted(request, job, services().job_context)


def _count(body: BulkDeleteRequest) -> int:
    """Return how many products are selected; raises ProblemError 409 for another expected count."""
    with connect(services().settings, "bulk_delete") as connection:
        limit_statements(connection)
        count = count_selected(connection, body)
    if body.expected_count not in (None, count):
        raise ProblemError(
            409,
            "count_mismatch",
            f"The selection matches {count:,} products, not {body.expected_count:,}. Review them"
            " and send their number.",
            extensions={"count": count},
        )
    return count


def _create(request: Request, body: BulkDeleteRequest) -> Json:
    if body.expected_count is not None:
        _count(body)
    now = datetime.now(UTC)
    job = BulkDeleteJob(
        job_id=new_job_id(now),
        selection=body.describe(),
        expected_count=body.expected_count,
        created_at=now,
        updated_at=now,
        requested_by=read_caller(request).describe(),
    )
    with connect(services().settings, "bulk_delete") as connection:
        ledger.keep_request(connection, job.job_id, body.to_json())
    services().jobs.create(job)
    return {"job_id": job.job_id}
