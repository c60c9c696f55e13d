"""POST /products/bulk-delete: products are deleted by a job."""

from datetime import UTC, datetime

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.callers import read_caller
from chalicelib.http.idempotency import do_once
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_response
from chalicelib.jobs.kinds import BulkDeleteJob
from chalicelib.jobs.models import Json, new_job_id
from chalicelib.jobs.views import answer_accepted, find_job_of
from chalicelib.jobs.workflow import start_workflow
from chalicelib.postgres import connect
from chalicelib.products.bulk_delete import ledger
from chalicelib.products.bulk_delete.operations import BULK_DELETE, SelectedCountResponse
from chalicelib.products.bulk_delete.requests import BulkDeleteRequest
from chalicelib.products.lists.documents import limit_statements

routes = Routes(__name__)


@routes.route(
    "/products/bulk-delete", methods=["POST"], scope="products:write", operation=BULK_DELETE
)
def bulk_delete(request: Request) -> Response:
    """Begin to delete products; with `dry_run`, only answer how many are meant."""
    read_query(request, Query)
    asked = read_body(request, BulkDeleteRequest)
    if asked.dry_run:
        return make_response(SelectedCountResponse(count=_count(asked)))
    once = do_once(
        services().idempotency,
        request,
        "POST /products/bulk-delete",
        asked,
        lambda: _create(request, asked),
    )
    job = find_job_of(once["job_id"], BulkDeleteJob)
    if job.is_awaiting_workflow:  # also where a request before this one broke off
        start_workflow(job)
    return answer_accepted(request, job)


def _count(asked: BulkDeleteRequest) -> int:
    """Return how many products are meant; raises ProblemError 409 where others were expected."""
    with connect(services().settings, "bulk_delete") as connection:
        limit_statements(connection)
        count = ledger.count_selected(connection, asked)
    if asked.expected_count not in (None, count):
        raise ProblemError(
            409,
            "count_mismatch",
            f"The selection means {count:,} products, not {asked.expected_count:,}. Look at them"
            " again, and give their number.",
            extensions={"count": count},
        )
    return count


def _create(request: Request, asked: BulkDeleteRequest) -> Json:
    if asked.expected_count is not None:
        _count(asked)
    now = datetime.now(UTC)
    job = BulkDeleteJob(
        job_id=new_job_id(now),
        selection=asked.describe(),
        expected_count=asked.expected_count,
        created_at=now,
        updated_at=now,
        requested_by=read_caller(request).describe(),
    )
    with connect(services().settings, "bulk_delete") as connection:
        ledger.keep_selection(connection, job.job_id, asked)
    services().jobs.create(job)
    return {"job_id": job.job_id}
