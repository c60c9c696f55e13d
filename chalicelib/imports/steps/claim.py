"""Claim the job of an uploaded object for one execution of the workflow."""

from datetime import UTC, datetime

from chalicelib.imports.job import ImportJob
from chalicelib.imports.uploaded import job_id_of
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.models import Json
from chalicelib.jobs.store import JobStore
from chalicelib.telemetry import Event, count, logger


def source_of(bucket: str, described: Event) -> Json:
    """Return the source that an event describes by key, size and etag."""
    return {
        "bucket": bucket,
        "key": described["key"],
        "etag": described["etag"].strip('"'),
        "size_bytes": described["size"],
    }


def claim(event: Event, jobs: JobStore) -> Event:
    """Claim the job of an object, by its key; return the outcome claimed, apply, failed or ignored.

    `event` has the bucket, key, size and etag of the object, and the execution. The outcome is
    ignored for an object without a job, for a job that has ended, and for a second event of a
    claimed job.
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
    logger.info("job.claimed", execution=event["execution"])  # S3 chooses its name at random
    if event["size"] != result.job.size_bytes:
        message = (
            f"The upload has {event['size']:,} bytes, but {result.job.size_bytes:,} were declared."
            " Start a new import with the size of the file."
        )
        return names | {"outcome": "failed", "error": {"code": "size_mismatch", "message": message}}
    if result.job.on_drift:  # everything before the plan of the ranges is done
        return names | {"outcome": "apply", "results": []}
    return names | {"outcome": "claimed"}
