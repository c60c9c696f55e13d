"""The rejects and the skips of an import for clients: in pages, or as a file."""

from typing import Any

from botocore.exceptions import ClientError
from psycopg2.extensions import connection as Connection

from chalicelib.aws import error_code
from chalicelib.errors import ProblemError
from chalicelib.imports.api.record_responses import RejectResponse, SkipResponse
from chalicelib.imports.skips import describe_skip
from chalicelib.imports.storage import Listed, ReportFormat, report_key
from chalicelib.jobs.models import Job
from chalicelib.postgres import queries

REPORT_URL_SECONDS = 300  # long enough to follow a redirect
NDJSON = "application/x-ndjson"
_CONTENT_TYPES: dict[ReportFormat, str] = {"csv": "text/csv", "ndjson": NDJSON}
_NOT_FOUND: dict[ReportFormat, str] = {
    "csv": "The report doesn't exist or has expired. Request application/json.",
    "ndjson": "The file doesn't exist or has expired. An import writes it if an enabled webhook"
    " subscribes to import.completed when the merge begins.",
}


def read_rejects(
    connection: Connection, job_id: str, after: int, limit: int
) -> list[RejectResponse]:
    """Return up to `limit` rejects after line `after`; bytes that aren't UTF-8 become U+FFFD."""
    with connection.cursor() as cursor:
        page = {"job_id": job_id, "after": after, "limit": limit}
        cursor.execute(queries("imports")["read_rejects"], page)
        return [
            RejectResponse(
                line=line,
                code=code,
                field=field,
                message=message,
                record=bytes(record).decode("utf-8", "replace"),
                truncated=truncated,
                group_line=group_line,
                group_record=first and bytes(first).decode("utf-8", "replace"),
            )
            for line, code, field, message, record, truncated, group_line, first in cursor
        ]


def read_skips(connection: Connection, job_id: str, after: int, limit: int) -> list[SkipResponse]:
    """Return up to `limit` skips after line `after`."""
    with connection.cursor() as cursor:
        page = {"job_id": job_id, "after": after, "limit": limit}
        cursor.execute(queries("imports")["read_skips"], page)
        return [
            SkipResponse(line=line, reason=reason, sku=sku, message=describe_skip(reason))
            for line, reason, sku in cursor
        ]


def sign_report(
    client: Any,
    signer: Any,
    bucket: str,
    job: Job,
    listed: Listed = "rejects",
    file_format: ReportFormat = "csv",
) -> str:
    """Return a signed URL of the report of the job's rejects, skips or changes.

    Raises ProblemError 409 until the job has ended or has its plan, and 404 if the report doesn't
    exist.
    """
    report = {"Bucket": bucket, "Key": report_key(job.job_id, listed, file_format)}
    if not job.is_final and job.status != "PLANNED":
        raise ProblemError(
            409,
            "report_not_ready",
            "The report is written when the import ends or has its plan. Until then, request"
            " application/json.",
            headers={"Retry-After": "5"},
        )
    try:
        client.head_object(**report)
    except ClientError as error:
        if error_code(error) not in ("404", "NoSuchKey"):
            raise
        raise ProblemError(
            404,
            "report_not_found",
            _NOT_FOUND[file_format],
        ) from error
    shown = {
        "ResponseContentType": _CONTENT_TYPES[file_format],
        "ResponseContentDisposition": f'attachment; filename="{job.job_id}-{listed}.{file_format}"',
    }
    url: str = signer.generate_presigned_url(
        "get_object", Params=report | shown, ExpiresIn=REPORT_URL_SECONDS
    )
    return url
