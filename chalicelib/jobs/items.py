"""A job as the values of an item of DynamoDB, and back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.items import Values, from_values, to_values
from chalicelib.jobs.kind import JobKinds
from chalicelib.jobs.models import Job

LISTING = "job"  # the one partition of the index by_created


def to_item(job: Job, retention_days: int) -> Values:
    """Return the values of `job`, with the attributes for its indexes and its expiry.

    The index by_upload_expiry has what a job waits for (`awaiting`) and the wait's time, under
    `expires_at`.
    """
    values = to_values(job) | {
        "listing": LISTING,
        "ttl": int((job.updated_at + timedelta(days=retention_days)).timestamp()),
    }
    if job.wait:
        values |= {"awaiting": job.wait.reason, "expires_at": job.wait.time}
    return values


def from_item(values: Mapping[str, Any], kinds: JobKinds) -> Job:
    """Return the job that `to_item` described, as the model of its kind."""
    model: type[Job] = kinds[values["kind"]].model
    if values.get("awaiting", "upload") != "upload":  # the time isn't of an upload
        values = {name: value for name, value in values.items() if name != "expires_at"}
    return from_values(model, values)
