"""What may become of a job: each function takes the job as it is and returns it as it will be.

Pure: no client, no clock. A store reads, asks here, and writes the answer if the job is still what
was read. The same object returned means that there is nothing to write.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TypeVar

from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.models import Counts, FinalStatus, Job, Json, Phase, Progress

JobT = TypeVar("JobT", bound=Job)

_MOST_DETECTED_BYTES = 64 * 1024  # an item of DynamoDB has 400 KB at most
_ALMOST = 99  # percent; 100 is for the completed


@dataclass
class JobFinalError(Exception):
    """The job has ended."""

    job: Job


@dataclass
class CancelTooLateError(Exception):
    """The job has begun to change the catalogue."""

    job: Job


@dataclass
class UploadOverError(Exception):
    """The job no longer awaits its upload."""

    job: Job


@dataclass
class JobNotRetryableError(Exception):
    """The job did not fail, or a new attempt could do no better."""

    job: Job


def claim(job: Job, execution: str, source: Json | None, now: datetime) -> Job | None:
    """PENDING -> PROCESSING for `execution`; None when another has the job, or it has ended.

    `source` is what an import reads; a kind that reads nothing is claimed with None.
    """
    if not job.may_read(source):
        return None
    if job.status == "PROCESSING" and job.execution == execution:
        return job
    if job.status != "PENDING":
        return None
    return replace(
        job.reading(source),
        status="PROCESSING",
        phase=job.phases[0],
        execution=execution,
        started_at=now,
    )


def set_detected(job: Job, attempt: int, detected: Json) -> Job:
    """Note what was found in the head of the source."""
    if not _is_current(job, attempt) or not isinstance(job, ImportJob):
        return job
    return _if_changed(job, replace(job, detected=_bounded(detected)))


def advance(
    job: Job,
    attempt: int,
    phase: Phase,
    progress: Mapping[str, int] | None,
    counts: Mapping[str, int] | None,
) -> Job:
    """Move on to `phase` and these numbers, each only where it is further than the job is."""
    if not _is_current(job, attempt):
        return job
    further = max(job.phase or phase, phase, key=job.phases.index)
    counted = _counted(job.counts, counts or {})
    done = _further(job.progress, progress or {})
    done = replace(done, records_done=counted.records, percent=min(done.percent, _ALMOST))
    return _if_changed(job, replace(job, phase=further, progress=done, counts=counted))


def begin_merge(job: Job, attempt: int) -> Job | None:
    """Enter the phase merge, after which the job cannot be cancelled; None if it must not."""
    if not _is_current(job, attempt) or not isinstance(job, ImportJob):
        return None
    if job.has_begun_merge:
        return job
    return None if job.cancel_requested else replace(job, phase="merge", has_begun_merge=True)


def finish(
    job: Job,
    attempt: int,
    status: FinalStatus,
    *,
    counts: Mapping[str, int] | None,
    progress: Mapping[str, int] | None,
    error: Mapping[str, str] | None,
    now: datetime,
) -> Job:
    """End the job, once: COMPLETED from PROCESSING only, the others from PENDING as well.

    Counts given here are exact, and stand.
    """
    if job.is_final or job.attempt != attempt or (job.status, status) == ("PENDING", "COMPLETED"):
        return job
    counted = replace(job.counts, **(counts or {}))
    done = _further(job.progress, progress or {})
    percent = 100 if status == "COMPLETED" else min(done.percent, _ALMOST)
    return replace(
        job.settled(),
        status=status,
        phase=job.phases[-1] if status == "COMPLETED" else job.phase,
        counts=counted,
        progress=replace(done, records_done=counted.records, percent=percent),
        error=error,
        finished_at=now,
    )


def abandon(job: Job, overdue: datetime, error: Mapping[str, str], now: datetime) -> Job:
    """End a job that awaited its upload until before `overdue`; any other stays as it is."""
    if not isinstance(job, ImportJob) or not job.is_awaiting_upload:
        return job
    if job.expires_at is None or job.expires_at >= overdue:
        return job
    return replace(job.settled(), status="FAILED", error=error, finished_at=now)


def give_up(job: Job, before: datetime, error: Mapping[str, str], now: datetime) -> Job:
    """End a job that has waited for its workflow since before `before`; it may be retried."""
    if not job.is_awaiting_workflow or job.updated_at >= before:
        return job
    return replace(job, status="FAILED", error=error, finished_at=now)


def request_cancel(job: Job, now: datetime) -> Job:
    """Cancel a job that nothing has been done for at once; ask another to stop.

    A PENDING retry is asked too: the workflow sees to what its last attempt has left.
    """
    if job.is_final:
        raise JobFinalError(job)
    if not job.is_cancellable:
        raise CancelTooLateError(job)
    if job.is_untouched:
        return replace(job.settled(), status="CANCELLED", finished_at=now)
    return _if_changed(job, replace(job, cancel_requested=True))


def retry(job: Job) -> Job:
    """Make a failed job PENDING again, for the next attempt."""
    if not job.is_retryable:
        raise JobNotRetryableError(job)
    return replace(
        job,
        status="PENDING",
        phase=None,
        attempt=job.attempt + 1,
        progress=job.progress_at_first,
        counts=job.outcomes(),
        error=None,
        cancel_requested=False,
        execution=None,
        started_at=None,
        finished_at=None,
    )


def renew_upload(job: Job, expires_at: datetime) -> ImportJob:
    """Await the upload until `expires_at`, or longer if it already was."""
    if not isinstance(job, ImportJob) or job.expires_at is None:
        raise UploadOverError(job)
    return _if_changed(job, replace(job, expires_at=max(job.expires_at, expires_at)))


def _is_current(job: Job, attempt: int) -> bool:
    return job.status == "PROCESSING" and job.attempt == attempt


def _if_changed(job: JobT, changed: JobT) -> JobT:
    return job if changed == job else changed


def _further(before: Progress, after: Mapping[str, int]) -> Progress:
    known = {name: number for name, number in asdict(before).items() if number is not None}
    done = Progress(**known | {name: max(known.get(name, 0), n) for name, n in after.items()})
    # A source that was transcoded has more or fewer bytes than the file the client knows.
    return replace(done, bytes_done=min(done.bytes_done, done.bytes_total))


def _counted(before: Counts, after: Mapping[str, int]) -> Counts:
    return replace(before, **{name: max(getattr(before, name), n) for name, n in after.items()})


def _bounded(detected: Json) -> Json:
    """Leave out the columns beyond what an item has room for: this is for people to look at."""
    columns: Json = {}
    room = _MOST_DETECTED_BYTES
    for name, use in detected.get("columns", {}).items():
        room -= len(json.dumps([name, use, name]))  # in the header as well
        if room < 0:
            return detected | {"columns": columns, "header": None}
        columns[name] = use
    return detected
