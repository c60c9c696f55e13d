"""The event that a job's end is."""

from dataclasses import asdict

from chalicelib.events.models import Event, EventType, Json, make_event
from chalicelib.jobs.kinds import BulkDeleteCounts
from chalicelib.jobs.models import Job
from chalicelib.times import format_time

# By kind and status. What is not here is told to nobody.
_TYPES: dict[tuple[str, str], EventType] = {
    ("import", "COMPLETED"): "import.completed",
    ("import", "FAILED"): "import.failed",
    ("import", "CANCELLED"): "import.cancelled",
    ("bulk_delete", "COMPLETED"): "products.deleted",
    ("bulk_delete", "FAILED"): "products.deleted",
    ("bulk_delete", "CANCELLED"): "products.deleted",
}
# What is told of one kind, beside what is told of every job.
_MEMBERS: dict[str, tuple[str, ...]] = {"import": ("filename", "size_bytes")}
_LINKS: dict[str, dict[str, str]] = {"import": {"rejects": "/imports/{}/rejects"}}


def tell_end(before: Job, after: Job) -> Event | None:
    """Return the event of a job that ends by this change; None for any other change."""
    if before.is_final or not after.is_final or _has_come_to_nothing(after):
        return None
    kind = _TYPES.get((after.kind, after.status))
    ended_at = after.finished_at or after.updated_at
    return make_event(kind, describe_end(after), ended_at) if kind else None


def _has_come_to_nothing(job: Job) -> bool:
    # What a bulk delete has deleted before it broke off stays deleted, and is told like the rest.
    has_deleted = not isinstance(job.counts, BulkDeleteCounts) or job.counts.deleted > 0
    return job.status != "COMPLETED" and not has_deleted


def describe_end(job: Job) -> Json:
    """Return what an event says of the job; links are paths from the API's root."""
    links = {name: path.format(job.job_id) for name, path in _LINKS.get(job.kind, {}).items()}
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "status": job.status,
        "attempt": job.attempt,
        **{name: getattr(job, name) for name in _MEMBERS.get(job.kind, ())},
        "counts": asdict(job.counts),
        "error": dict(job.error) if job.error else None,
        "created_at": format_time(job.created_at),
        "started_at": format_time(job.started_at),
        "finished_at": format_time(job.finished_at),
        "links": {"job": f"/jobs/{job.job_id}", **links},
    }
