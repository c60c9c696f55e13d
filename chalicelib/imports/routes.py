"""The routes of imports: announce a file, finish its upload, cancel, try again, see the rejects."""

from datetime import UTC, datetime

from chalice.app import Request, Response

from chalicelib.errors import ProblemError
from chalicelib.http.accept import prefers
from chalicelib.http.callers import read_caller
from chalicelib.http.idempotency import do_once
from chalicelib.http.paging import Paging, answer_page, make_cursor, read_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, answer, point_to
from chalicelib.http.sizes import Room, measure
from chalicelib.imports.answers import ImportAnswer
from chalicelib.imports.operations import (
    CANCEL_IMPORT,
    COMPLETE_UPLOAD,
    CREATE_IMPORT,
    LIST_REJECTS,
    RETRY_IMPORT,
    SIGN_PARTS,
)
from chalicelib.imports.rejects import read_rejects, sign_report
from chalicelib.imports.requests import CompleteUpload, CreateImport, PartsRequest
from chalicelib.imports.uploads import get_uploads, refuse_unknown_parts
from chalicelib.jobs.answers import JobId
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.lifecycle import cancel_job, refuse_final, retry_job
from chalicelib.jobs.models import Job, Json, Progress, new_job_id
from chalicelib.jobs.store import get_job_store
from chalicelib.jobs.transitions import UploadOverError
from chalicelib.jobs.views import answer_accepted, find_job_of
from chalicelib.postgres import connect
from chalicelib.settings import get_settings

routes = Routes(__name__)


@routes.route("/imports", methods=["POST"], scope="imports:write", operation=CREATE_IMPORT)
def create_import(request: Request) -> Response:
    """Announce a file: answer its job and where its bytes go."""
    read_query(request, Query)
    asked = read_body(request, CreateImport)
    job_id = do_once(request, "POST /imports", asked, lambda: _create(request, asked))["job_id"]
    job, now = find_job_of(job_id, ImportJob), datetime.now(UTC)
    # A request that is repeated may come after the upload, or too late for it.
    is_awaited = job.expires_at is not None and job.expires_at > now
    upload = get_uploads().sign(job, now) if is_awaited else None
    body = ImportAnswer(job_id=job_id, status=job.status, upload=upload)
    return answer(body, 201, {"Location": point_to(request, f"/jobs/{job_id}")})


@routes.route(
    "/imports/{job_id}/parts", methods=["POST"], scope="imports:write", operation=SIGN_PARTS
)
def sign_parts(request: Request, job_id: JobId) -> Response:
    """Answer the URLs of parts; the job awaits its upload anew from now."""
    read_query(request, Query)
    asked = read_body(request, PartsRequest)
    job, uploads, now = _find_multipart(job_id), get_uploads(), datetime.now(UTC)
    refuse_unknown_parts(job, asked.part_numbers)
    try:
        job = get_job_store().renew_upload(job_id, uploads.next_expiry(now))
    except UploadOverError as error:
        raise _refuse_over(error.job) from error
    return answer(uploads.sign_parts(job, asked.part_numbers, now))


@routes.route(
    "/imports/{job_id}/complete", methods=["POST"], scope="imports:write", operation=COMPLETE_UPLOAD
)
def complete_upload(request: Request, job_id: JobId) -> Response:
    """Finish a multipart upload; the import begins by itself. Again: the same answer."""
    read_query(request, Query)
    asked = read_body(request, CompleteUpload)
    job = _find_multipart(job_id)
    if job.source is None:
        if not job.is_awaiting_upload:
            raise _refuse_over(job)
        get_uploads().complete(job, [(part.part_number, part.etag) for part in asked.parts])
    return answer_accepted(request, find_job_of(job_id, ImportJob))


@routes.route(
    "/imports/{job_id}/cancel", methods=["POST"], scope="imports:write", operation=CANCEL_IMPORT
)
def cancel_import(request: Request, job_id: JobId) -> Response:
    """Cancel an import that has changed nothing yet. Again: the same answer."""
    read_query(request, Query)
    return answer_accepted(request, cancel_job(find_job_of(job_id, ImportJob)))


@routes.route(
    "/imports/{job_id}/retry", methods=["POST"], scope="imports:write", operation=RETRY_IMPORT
)
def retry_import(request: Request, job_id: JobId) -> Response:
    """Try a failed import again. While the attempt waits to begin: start it anew."""
    read_query(request, Query)
    return answer_accepted(request, retry_job(find_job_of(job_id, ImportJob)))


@routes.route(
    "/imports/{job_id}/rejects", methods=["GET"], scope="imports:write", operation=LIST_REJECTS
)
def list_rejects(request: Request, job_id: JobId) -> Response:
    """Answer a page of the rejects by line; for text/csv, where the file with all of them is."""
    job, settings = find_job_of(job_id, ImportJob), get_settings()
    if prefers(request, "text/csv", "application/json"):
        read_query(request, Query)
        uploads = get_uploads()
        url = sign_report(uploads.client, uploads.signer, settings.bucket, job)
        return answer("", 303, {"Location": url})
    query = read_query(request, Paging)
    after = read_cursor(query, job_id, int) or 0
    with connect(settings, "list_rejects") as connection:
        found = read_rejects(connection, job_id, after, query.limit + 1)
    page = found[: Room(query.limit).take(map(measure, found))]
    next_cursor = make_cursor(query, job_id, page[-1].line) if len(found) > len(page) else None
    return answer_page(page, query, next_cursor)


def _create(request: Request, asked: CreateImport) -> Json:
    now, uploads = datetime.now(UTC), get_uploads()
    job_id = new_job_id(now)
    job = ImportJob(
        job_id=job_id,
        filename=asked.filename,
        size_bytes=asked.size_bytes,
        options=asked.options.to_json(),
        upload=uploads.begin(job_id, asked.size_bytes),
        created_at=now,
        updated_at=now,
        expires_at=uploads.next_expiry(now),
        requested_by=read_caller(request).describe(),
        progress=Progress(bytes_total=asked.size_bytes),
    )
    get_job_store().create(job)
    return {"job_id": job_id}


def _find_multipart(job_id: str) -> ImportJob:
    job = find_job_of(job_id, ImportJob)
    if job.upload["method"] != "MULTIPART":
        detail = "This import's file is uploaded by one PUT; it has no parts."
        raise ProblemError(409, "not_multipart", detail)
    return job


def _refuse_over(job: Job) -> ProblemError:
    if job.is_final:
        return refuse_final(job)
    return ProblemError(409, "upload_over", "The upload is complete and the import has begun.")
