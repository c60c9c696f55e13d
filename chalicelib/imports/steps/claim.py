"""Claim: which job an uploaded object belongs to, and whether this execution may import it."""

from datetime import UTC, datetime

from chalicelib.imports.job import ImportJob
from chalicelib.imports.uploaded import job_id_of
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.models import Json
from chalicelib.jobs.store import JobStore
from chalicelib.telemetry import Event, count, logger


def source_of(bucket: str, described: Event) -> Json:
    """Return the exact object that an event describes by key, size and etag."""
    return {
        "bucket": bucket,
        "key": described["key"],
        "etag": described["etag"].strip('"'),
        "size_bytes": described["size"],
    }


def claim(event: Event, jobs: JobStore) -> Event:
    """Claim the job of an object, by its key; return the outcome claimed, failed or ignored.

    `event`: bucket, key, size, etag of the object, and the execution that asks. Ignored: an object
    that no job announced, one of a job that ended, and a second event for a claimed one.
    """
    now = datetime.now(UTC)
    job_id = job_id_of(event["key"])
    logger.append_keys(job_id=job_id)
    source = source_of(event["bucket"], event)
    result = claim_job(jobs, job_id, event["execution"], source, now)
    if result.outcome != "claimed" or not isinstance(result.job, ImportJob):
        logger.warning("object.ignored", reason=result.outcome)
        count("ObjectsIgnored", 1, reason=result.outcome)
        return {"outcome": "ignored"}
    names = {"job_id": job_id, "attempt": result.job.attempt}
    logger.append_keys(attempt=result.job.attempt)
    logger.info("job.claimed", execution=event["execution"])  # S3's events name it by chance
    if event["size"] != result.job.size_bytes:
        message = (
            f"The upload has {event['size']} bytes, but {result.job.size_bytes} were declared."
            " Start a new import with the file's true size."
        )
        return names | {"outcome": "failed", "error": {"code": "size_mismatch", "message": message}}
    return names | {"outcome": "claimed"}
