"""The import routes: preview, create, upload, cancel, retry."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.callers import read_caller
from chalicelib.http.idempotency import do_once
from chalicelib.http.paging import make_cursor, make_page_response, read_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_relative_url, make_response
from chalicelib.imports.api.chosen import choose_options
from chalicelib.imports.api.operations import (
    CANCEL_IMPORT,
    COMPLETE_UPLOAD,
    CREATE_IMPORT,
    LIST_PARTS,
    PREVIEW_IMPORT,
    RETRY_IMPORT,
    SIGN_PARTS,
)
from chalicelib.imports.api.part_requests import (
    CompleteUpload,
    PartNumber,
    PartsPaging,
    PartsRequest,
)
from chalicelib.imports.api.parts import check_part_numbers, count_parts
from chalicelib.imports.api.preview import preview
from chalicelib.imports.api.requests import CreateImport, PreviewImport
from chalicelib.imports.api.responses import (
    ImportResponse,
)
from chalicelib.imports.job import ImportJob
from chalicelib.imports.transitions import UploadOverError, renew_upload
from chalicelib.jobs.lifecycle import cancel_job, final_problem, retry_job
from chalicelib.jobs.models import Job, Json, Progress, as_model, new_job_id
from chalicelib.jobs.responses import JobId
from chalicelib.jobs.views import answer_accepted, read_job

routes = Routes(__name__)

_PART: Any = PartNumber  # what the cursor of a page holds


@routes.route("/imports", methods=["POST"], scope="imports:write", operation=CREATE_IMPORT)
def create_import(request: Request) -> Response:
    """Create an import: return its job and where to upload the file."""
    read_query(request, Query)
    body = read_body(request, CreateImport)
    job_id = do_once(
        services().idempotency, request, "POST /imports", body, lambda: _create(request, body)
    )["job_id"]
    job, now = _read_import(job_id), datetime.now(UTC)
    # A repeated request may come after the upload, or too late for it.
    is_awaited = job.expires_at is not None and job.expires_at > now
    upload = services().uploads.sign(job, now) if is_awaited else None
    created = ImportResponse(job_id=job_id, status=job.status, upload=upload)
    return make_response(created, 201, {"Location": make_relative_url(request, f"/jobs/{job_id}")})


@routes.route("/imports/preview", methods=["POST"], scope="imports:write", operation=PREVIEW_IMPORT)
def preview_import(request: Request) -> Response:
    """Preview how a file would be imported, by its first bytes. Nothing is stored.

    A valid request may preview an invalid file: `error` says why its import would fail.
    """
    read_query(request, Query)
    body, settings = read_body(request, PreviewImport), services().settings
    chosen = choose_options(body, services().profiles.get, services().jobs.get)
    limits = settings.sku_max_length, settings.name_max_length
    found = preview(body.raw, body.size_bytes, chosen.options, limits, settings.span_bytes)
    return make_response(services().profile_matcher.add_match(found, chosen.profile))


@routes.route(
    "/imports/{job_id}/parts", methods=["GET"], scope="imports:write", operation=LIST_PARTS
)
def list_parts(request: Request, job_id: JobId) -> Response:
    """List the uploaded parts by number, to resume an interrupted upload."""
    query = read_query(request, PartsPaging)
    scope = f"{job_id}/parts"
    after = read_cursor(query, scope, _PART) or 0
    job = _find_multipart(job_id)
    if not job.is_awaiting_upload:
        raise _upload_over_problem(job)
    try:
        found, has_more = services().uploads.list_parts(job, after, query.limit)
    except UploadOverError as error:
        raise _upload_over_problem(error.job) from error
    next_cursor = make_cursor(query, scope, found[-1].part_number) if has_more else None
    sizes = {"part_size": job.upload["part_size"], "part_count": count_parts(job)}
    return make_page_response(found, query, next_cursor, sizes)


@routes.route(
    "/imports/{job_id}/parts", methods=["POST"], scope="imports:write", operation=SIGN_PARTS
)
def sign_parts(request: Request, job_id: JobId) -> Response:
    """Sign URLs for parts, and extend the deadline of the upload."""
    read_query(request, Query)
    body = read_body(request, PartsRequest)
    job, uploads, now = _find_multipart(job_id), services().uploads, datetime.now(UTC)
    check_part_numbers(job, body.part_numbers)
    try:
        expires_at = uploads.next_expiry(now)
        renewed = services().jobs.update(job_id, lambda found: renew_upload(found, expires_at))
    except UploadOverError as error:
        raise _upload_over_problem(error.job) from error
    return make_response(uploads.sign_parts(as_model(renewed, ImportJob), body.part_numbers, now))


@routes.route(
    "/imports/{job_id}/complete", methods=["POST"], scope="imports:write", operation=COMPLETE_UPLOAD
)
def complete_upload(request: Request, job_id: JobId) -> Response:
    """Complete a multipart upload; the import then starts by itself. Idempotent."""
    read_query(request, Query)
    body = read_body(request, CompleteUpload)
    job = _find_multipart(job_id)
    if job.source is None:
        if not job.is_awaiting_upload:
            raise _upload_over_problem(job)
        services().uploads.complete(job, [(part.part_number, part.etag) for part in body.parts])
    return _answer(request, _read_import(job_id))


@routes.route(
    "/imports/{job_id}/cancel", methods=["POST"], scope="imports:write", operation=CANCEL_IMPORT
)
def cancel_import(request: Request, job_id: JobId) -> Response:
    """Cancel an import that hasn't changed any product yet. Idempotent."""
    read_query(request, Query)
    return _answer(request, cancel_job(_read_import(job_id), services().job_context))


@routes.route(
    "/imports/{job_id}/retry", methods=["POST"], scope="imports:write", operation=RETRY_IMPORT
)
def retry_import(request: Request, job_id: JobId) -> Response:
    """Retry a failed import. If its new attempt hasn't started, start it again."""
    read_query(request, Query)
    return _answer(request, retry_job(_read_import(job_id), services().job_context))


def _create(request: Request, body: CreateImport) -> Json:
    now, uploads = datetime.now(UTC), services().uploads
    job_id = new_job_id(now)
    chosen = choose_options(body, services().profiles.get, services().jobs.get)
    job = ImportJob(
        job_id=job_id,
        filename=body.filename,
        size_bytes=body.size_bytes,
        options=chosen.options.to_json(),
        profile=chosen.described_profile,
        parent_job_id=body.parent_job_id,
        apply=body.apply,
        upload=uploads.begin(job_id, body.size_bytes, body.part_size_bytes),
        created_at=now,
        updated_at=now,
        expires_at=uploads.next_expiry(now),
        requested_by=read_caller(request).describe(),
        progress=Progress(bytes_total=body.size_bytes),
    )
    services().jobs.create(job)
    if chosen.profile:
        services().profiles.note_use(chosen.profile.profile_id, now)
    return {"job_id": job_id}


def _read_import(job_id: str) -> ImportJob:
    return read_job(services().jobs, job_id, ImportJob)


def _answer(request: Request, job: Job) -> Response:
    return answer_accepted(request, job, services().job_context)


def _find_multipart(job_id: str) -> ImportJob:
    job = _read_import(job_id)
    if job.upload["method"] != "MULTIPART":
        detail = "The file of this import has no parts. Upload it by one PUT."
        raise ProblemError(409, "not_multipart", detail)
    return job


def _upload_over_problem(job: Job) -> ProblemError:
    if job.is_final:
        return final_problem(job)
    return ProblemError(
        409, "upload_over", "The upload is complete and the import has started. Poll the job."
    )
