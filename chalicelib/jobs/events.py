"""The event of a job's end, or of a plan that it rests with."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Generic, Literal

from pydantic import Field

from chalicelib.events.models import Event, EventType, Json, make_event
from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.models import Job, JobT
from chalicelib.jobs.responses import JobErrorResponse, JobId, Time
from chalicelib.times import format_time


class JobEventBody(ResponseBody):
    """The data of every event of a job; each kind adds its counts."""

    job_id: JobId
    kind: str
    status: Literal["PLANNED", "COMPLETED", "FAILED", "CANCELLED"]
    attempt: int
    error: JobErrorResponse | None
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    links: Annotated[dict[str, str], Field(description="Paths from the API's root.")]


def is_always_announced(job: Job) -> bool:
    """Announce every end that has an event type."""
    return True


@dataclass(frozen=True)
class EndEvents(Generic[JobT]):
    """How the ends of one kind's jobs are announced. `types` is by status; the others have none.

    A plan is announced like an end: nothing more happens by itself.
    """

    types: Mapping[str, EventType] = field(default_factory=dict)
    data: type[JobEventBody] = JobEventBody  # of its events: it adds fields of the job
    links: Mapping[str, str] = field(default_factory=dict)  # name to path, with {job_id}
    is_announced: Callable[[JobT], bool] = is_always_announced


def make_end_event(before: Job, after: Job, events: EndEvents[Job]) -> Event | None:
    """Return the event of a job that ends by this change; None for any other change."""
    if before.is_final or before.status == after.status or not events.is_announced(after):
        return None
    event_type = events.types.get(after.status)
    ended_at = after.finished_at or after.updated_at
    return make_event(event_type, describe_end(after, events), ended_at) if event_type else None


def describe_end(job: Job, events: EndEvents[Job]) -> Json:
    """Return the data of a job's end event; links are paths from the API's root."""
    of_all = {*JobEventBody.model_fields, "counts"}
    own = [name for name in events.data.model_fields if name not in of_all]
    links = {name: path.format(job_id=job.job_id) for name, path in events.links.items()}
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "status": job.status,
        "attempt": job.attempt,
        **{name: getattr(job, name) for name in own},
        "counts": asdict(job.counts),
        "error": dict(job.error) if job.error else None,
        "created_at": format_time(job.created_at),
        "started_at": format_time(job.started_at),
        "finished_at": format_time(job.finished_at),
        "links": {"job": f"/jobs/{job.job_id}", **links},
    }
