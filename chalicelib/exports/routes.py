"""POST /exports: start a job that writes products to a file; and the download of the file."""

from datetime import UTC, datetime

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.exports.download import sign_file
from chalicelib.exports.job import ExportJob
from chalicelib.exports.operations import CREATE_EXPORT, DOWNLOAD_EXPORT
from chalicelib.exports.requests import ExportRequest
from chalicelib.http.accept import prefers
from chalicelib.http.callers import read_caller
from chalicelib.http.idempotency import do_once
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_response
from chalicelib.jobs.models import Json, new_job_id
from chalicelib.jobs.responses import JobId
from chalicelib.jobs.views import answer_accepted, read_job
from chalicelib.jobs.workflow import start_workflow

routes = Routes(__name__)


@routes.route("/exports", methods=["POST"], scope="products:read", operation=CREATE_EXPORT)
def create_export(request: Request) -> Response:
    """Export products to a file."""
    read_query(request, Query)
    body = read_body(request, ExportRequest)
    once = do_once(
        services().idempotency, request, "POST /exports", body, lambda: _create(request, body)
    )
    job = read_job(services().jobs, once["job_id"], ExportJob)
    if job.is_awaiting_workflow:  # also after an earlier request that was interrupted
        start_workflow(job, services().job_context)
    return answer_accepted(request, job, services().job_context)


@routes.route(
    "/exports/{job_id}/file", methods=["GET"], scope="products:read", operation=DOWNLOAD_EXPORT
)
def download_export(request: Request, job_id: JobId) -> Response:
    """Redirect to the finished file, for five minutes; for application/json, return its URL.

    Request application/json in a browser: one that follows a redirect may send the API key along,
    and S3 then rejects the request.
    """
    read_query(request, Query)
    job = read_job(services().jobs, job_id, ExportJob)
    uploads, bucket = services().uploads, services().settings.bucket
    signed = sign_file(uploads.client, uploads.signer, bucket, job)
    if prefers(request, "application/json", "application/octet-stream"):
        return make_response(signed)
    return make_response("", 303, {"Location": signed.url})


def _create(request: Request, body: ExportRequest) -> Json:
    now = datetime.now(UTC)
    job = ExportJob(
        job_id=new_job_id(now),
        request=body.to_json(),
        created_at=now,
        updated_at=now,
        requested_by=read_caller(request).describe(),
    )
    services().jobs.create(job)
    return {"job_id": job.job_id}
