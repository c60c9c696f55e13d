"""What every upload of a source has in common: its key, and how it is given up."""

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.jobs.kinds import ImportJob

_UPLOADS = "uploads/"


def source_key(job_id: str) -> str:
    """Return the object key that a job's source is uploaded to."""
    return _UPLOADS + job_id


def job_id_of(key: str) -> str:
    """Return the id of the job whose source has this object key, if a job's it is."""
    return key.removeprefix(_UPLOADS)


def abort_upload(client: Any, bucket: str, job: ImportJob) -> None:
    """Give up a multipart upload, so that its parts are not kept. Safe twice."""
    if job.upload["method"] != "MULTIPART":
        return
    try:
        client.abort_multipart_upload(
            Bucket=bucket, Key=source_key(job.job_id), UploadId=job.upload["upload_id"]
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchUpload":
            raise
