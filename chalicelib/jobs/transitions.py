"""How a job may change: each function takes the job as it is and returns the job as it will be.

Pure: no client, no clock. The store reads a job, calls one of these, and writes the result if the
job still has the version that was read. The same object returned means that nothing is written; an
exception refuses the change. What only one kind does is in its own room.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from chalicelib.jobs.models import Counts, FinalStatus, Job, JobT, Json, Progress, keep_if_equal

_MOST_PERCENT = 99  # of a job that is running; 100 means completed


@dataclass
class JobTakenError(Exception):
    """Another execution has the job, or the job has ended."""

    job: Job


@dataclass
class JobFinalError(Exception):
    """The job has ended."""

    job: Job


@dataclass
class CancelTooLateError(Exception):
    """The job has begun to change the catalogue."""

    job: Job


@dataclass
class JobNotEndedError(Exception):
    """The job is still running, so it can't be reverted yet."""

    job: Job


@dataclass
class JobRevertedError(Exception):
    """Another job has begun to revert the job."""

    job: Job


@dataclass
class JobNotRetryableError(Exception):
    """The job did not fail, or a new attempt can't succeed."""

    job: Job


def claim(job: Job, execution: str, source: Json | None, now: datetime) -> Job:
    """PENDING -> PROCESSING for `execution`; a repeated claim by it is granted again.

    `source` is what an import reads; a kind that reads nothing is claimed with None. Raises
    JobTakenError.
    """
    if not job.may_read(source):
        raise JobTakenError(job)
    if job.status == "PROCESSING" and job.execution == execution:
        return job
    if job.status != "PENDING":
        raise JobTakenError(job)
    return replace(
        job.reading(source),
        status="PROCESSING",
        phase=job.phases[0],
        execution=execution,
        started_at=now,
    )


def advance(
    job: Job,
    attempt: int,
    phase: str,
    progress: Mapping[str, int] | None = None,
    counts: Mapping[str, int] | None = None,
) -> Job:
    """Move the attempt on to `phase` and these numbers, each only if it is ahead of the job's."""
    if not job.is_running(attempt):
        return job
    further = max(job.phase or phase, phase, key=job.phases.index)
    counted = _raise_counts(job.counts, counts or {})
    done = _raise_progress(job.progress, progress or {})
    done = replace(done, records_done=counted.records, percent=min(done.percent, _MOST_PERCENT))
    return keep_if_equal(job, replace(job, phase=further, progress=done, counts=counted))


def finish(
    job: Job,
    attempt: int,
    status: FinalStatus,
    *,
    counts: Mapping[str, int] | None = None,
    progress: Mapping[str, int] | None = None,
    error: Mapping[str, str] | None = None,
    now: datetime,
) -> Job:
    """End the job, once: COMPLETED from PROCESSING only, the others from PENDING as well.

    Counts and the total given here are exact and replace those reported before.
    """
    if job.is_final or job.attempt != attempt or (job.status, status) == ("PENDING", "COMPLETED"):
        return job
    counted = replace(job.counts, **(counts or {}))
    done = _raise_progress(job.progress, progress or {})
    done = replace(done, records_total=(progress or {}).get("records_total", done.records_total))
    percent = 100 if status == "COMPLETED" else min(done.percent, _MOST_PERCENT)
    return replace(
        job.settled(),
        status=status,
        phase=job.phases[-1] if status == "COMPLETED" else job.phase,
        counts=counted,
        progress=replace(done, records_done=counted.records, percent=percent),
        error=error,
        finished_at=now,
    )


def fail_unstarted(job: Job, before: datetime, error: Mapping[str, str], now: datetime) -> Job:
    """Fail a job that has waited for its workflow since before `before`; it may be retried."""
    if not job.is_awaiting_workflow or job.updated_at >= before:
        return job
    return replace(job, status="FAILED", error=error, finished_at=now)


def request_cancel(job: Job, now: datetime) -> Job:
    """Cancel a job that has not begun or rests with a plan; ask a running job to stop.

    A PENDING retry is asked to stop too: its workflow cleans up what the last attempt left. Raises
    JobFinalError and CancelTooLateError.
    """
    if job.is_final:
        raise JobFinalError(job)
    if not job.is_cancellable:
        raise CancelTooLateError(job)
    if job.is_untouched or job.status == "PLANNED":
        return replace(job.settled(), status="CANCELLED", finished_at=now)
    return keep_if_equal(job, replace(job, cancel_requested=True))


def retry(job: Job, now: datetime) -> Job:
    """Make a failed job PENDING again, for the next attempt. Raises JobNotRetryableError."""
    if not job.is_retryable:
        raise JobNotRetryableError(job)
    return begin_again(job, now)


def begin_again(job: JobT, now: datetime) -> JobT:
    """Return a job that waits for its next attempt."""
    return replace(
        job.renewed(now),
        status="PENDING",
        phase=None,
        attempt=job.attempt + 1,
        progress=job.initial_progress,
        counts=job.outcomes(),
        error=None,
        cancel_requested=False,
        execution=None,
        started_at=None,
        finished_at=None,
    )


def note_revert(job: Job, revert_id: str, after: str | None) -> Job:
    """Note the job that reverts this one, which then can't be retried.

    `after`: the revert that was the last one when the new one was decided on. Raises
    JobNotEndedError, and JobRevertedError if there is a newer one.
    """
    if not job.is_final:
        raise JobNotEndedError(job)
    if job.reverted_by != after:
        raise JobRevertedError(job)
    return replace(job, reverted_by=revert_id)


def _raise_progress(before: Progress, after: Mapping[str, int]) -> Progress:
    known = {name: number for name, number in asdict(before).items() if number is not None}
    done = Progress(**known | {name: max(known.get(name, 0), n) for name, n in after.items()})
    # A transcoded source has more or fewer bytes than the file that the client knows.
    return replace(done, bytes_done=min(done.bytes_done, done.bytes_total))


def _raise_counts(before: Counts, after: Mapping[str, int]) -> Counts:
    return replace(before, **{name: max(getattr(before, name), n) for name, n in after.items()})
