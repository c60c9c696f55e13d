"""The job as clients see it."""

from dataclasses import asdict, dataclass
from typing import TypeVar

from chalice.app import Request, Response

from chalicelib.errors import ProblemError
from chalicelib.http.conditional import answer_unchanged, matches
from chalicelib.http.routing import answer, point_to
from chalicelib.jobs.models import Job, Json, Kind
from chalicelib.jobs.store import get_job_store
from chalicelib.times import format_time

JobT = TypeVar("JobT", bound=Job)

_POLL_SECONDS = {"PENDING": "2", "PROCESSING": "1"}


@dataclass(frozen=True)
class _Shown:
    """What is shown of one kind, beside what every job shows. `{}` stands for the job's id."""

    members: tuple[str, ...]
    long_members: tuple[str, ...]  # not in lists
    actions: str  # where cancel and retry are
    links: tuple[tuple[str, str], ...] = ()


_SHOWN: dict[Kind, _Shown] = {
    "import": _Shown(
        members=("filename", "size_bytes"),
        long_members=("options", "detected"),
        actions="/imports/{}",
        links=(("rejects", "/imports/{}/rejects"),),
    ),
    "bulk_delete": _Shown(
        members=("selection", "expected_count"),
        long_members=(),
        actions="/jobs/{}",
    ),
}


def find_job(job_id: str) -> Job:
    """Return the job; raises ProblemError 404 where there is none."""
    return find_job_of(job_id, Job)


def find_job_of(job_id: str, kind: type[JobT]) -> JobT:
    """Return the job; raises ProblemError 404 where there is none, or one of another kind."""
    job = get_job_store().get(job_id)
    if not isinstance(job, kind):
        raise ProblemError(404, "job_not_found", "There is no such job, or it is no longer kept.")
    return job


def to_json(job: Job) -> Json:
    """Return a job as JSON; links are paths from the API's root."""
    shown = _SHOWN[job.kind]
    return summarize(job) | {name: getattr(job, name) for name in shown.long_members}


def summarize(job: Job) -> Json:
    """Return a job for a list of many: without what may be long, its options and columns."""
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "status": job.status,
        "phase": job.phase,
        "attempt": job.attempt,
        **{name: getattr(job, name) for name in _SHOWN[job.kind].members},
        "progress": asdict(job.progress),
        "counts": asdict(job.counts),
        "error": job.error,
        "cancel_requested": job.cancel_requested,
        "requested_by": job.requested_by,
        "created_at": format_time(job.created_at),
        "started_at": format_time(job.started_at),
        "finished_at": format_time(job.finished_at),
        "updated_at": format_time(job.updated_at),
        "links": _links(job),
    }


def answer_job(request: Request, job: Job) -> Response:
    """Answer a poll: 304 if the client has this version; Retry-After until the job has ended."""
    etag = f'"{job.version}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    response = answer(to_json(job), headers=headers | _retry_after(job))
    return answer_unchanged(response) if matches(request, etag) else response


def answer_accepted(request: Request, job: Job) -> Response:
    """Answer 202: what was asked is under way, and Location says where to follow it."""
    headers = {"Location": point_to(request, f"/jobs/{job.job_id}")}
    return answer(to_json(job), 202, headers | _retry_after(job))


def _retry_after(job: Job) -> dict[str, str]:
    return {} if job.is_final else {"Retry-After": _POLL_SECONDS[job.status]}


def _links(job: Job) -> dict[str, str]:
    shown = _SHOWN[job.kind]
    links = {"self": f"/jobs/{job.job_id}"}
    links |= {name: path.format(job.job_id) for name, path in shown.links}
    if job.is_retryable:
        links["retry"] = f"{shown.actions.format(job.job_id)}/retry"
    if job.is_cancellable:
        links["cancel"] = f"{shown.actions.format(job.job_id)}/cancel"
    return links
