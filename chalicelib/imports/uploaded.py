"""The object that a source is uploaded as: its key, and how an unfinished upload is aborted."""

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws import error_code
from chalicelib.imports.job import ImportJob

_UPLOADS = "uploads/"


def source_key(job_id: str) -> str:
    """Return the object key that a job's source is uploaded to."""
    return _UPLOADS + job_id


def job_id_of(key: str) -> str:
    """Return the id of the job whose source has this object key, if it is a job's."""
    return key.removeprefix(_UPLOADS)


def abort_upload(client: Any, bucket: str, job: ImportJob) -> None:
    """Abort a multipart upload, so that its parts are deleted. Idempotent."""
    if job.upload["method"] != "MULTIPART":
        return
    try:
        client.abort_multipart_upload(
            Bucket=bucket, Key=source_key(job.job_id), UploadId=job.upload["upload_id"]
        )
    except ClientError as error:
        if error_code(error) != "NoSuchUpload":
            raise
