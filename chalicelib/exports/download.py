"""The URL of a finished file."""

from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws import error_code
from chalicelib.errors import ProblemError
from chalicelib.exports.finish import file_key
from chalicelib.exports.job import ExportJob
from chalicelib.exports.kind import DownloadResponse

URL_SECONDS = 300  # long enough to follow a redirect


def sign_file(client: Any, signer: Any, bucket: str, job: ExportJob) -> DownloadResponse:
    """Return a signed URL of the file of an export.

    Raises ProblemError 409 until the job is COMPLETED, and 404 if the file has expired.
    """
    if job.status != "COMPLETED" or job.file is None:
        raise ProblemError(
            409,
            "file_not_ready",
            "The export isn't completed, so it has no file. Poll the job; if it failed, retry it.",
            headers={} if job.is_final else {"Retry-After": "5"},
        )
    place = {"Bucket": bucket, "Key": file_key(job.job_id)}
    try:
        client.head_object(**place)
    except ClientError as error:
        if error_code(error) not in ("404", "NoSuchKey"):
            raise
        raise ProblemError(
            404, "file_not_found", "The file has expired. Start a new export."
        ) from error
    shown = {"ResponseContentDisposition": f'attachment; filename="{job.file.filename}"'}
    expires_at = datetime.now(UTC) + timedelta(seconds=URL_SECONDS)
    return DownloadResponse(
        filename=job.file.filename,
        size_bytes=job.file.size_bytes,
        url=signer.generate_presigned_url(
            "get_object", Params=place | shown, ExpiresIn=URL_SECONDS
        ),
        expires_at=expires_at,
    )
