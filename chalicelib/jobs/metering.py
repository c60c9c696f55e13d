"""The meter of a step: the usage of its call is added to the job with the step's own writes.

So metering costs no request of its own, except for a call that writes nothing. A retried call is
counted each time, because each time is billed; a killed one isn't counted.
"""

import os
from dataclasses import replace
from datetime import datetime
from functools import cache
from time import perf_counter, process_time

from chalicelib.jobs.models import Job, Status, WaitReason
from chalicelib.jobs.store import Change, JobStore
from chalicelib.jobs.usage import TRANSITIONS, Usage


class Meter:
    """The usage of one call that isn't added to a job yet."""

    def __init__(self, step: str, memory_megabytes: int, init_seconds: float) -> None:
        self._memory_megabytes = memory_megabytes
        self._since = perf_counter() - init_seconds
        self._call = Usage(requests=1, transitions=TRANSITIONS[step])

    @property
    def is_unread(self) -> bool:
        """Whether nothing of the call is added to a job yet."""
        return self._call.requests > 0

    def read(self) -> Usage:
        """Return what the call has used since its last write."""
        milliseconds = round((perf_counter() - self._since) * 1000)
        return self._call.plus(Usage(milliseconds * self._memory_megabytes))

    def reset(self) -> None:
        """Start again from zero: what was read is added to a job."""
        self._since, self._call = perf_counter(), Usage()


class MeteredJobs(JobStore):
    """The jobs as one call sees them: each write adds what the call has used since the last."""

    def __init__(self, jobs: JobStore, meter: Meter) -> None:
        self._jobs, self._meter = jobs, meter

    def update(
        self,
        job_id: str,
        change: Change,
        now: datetime | None = None,
        *,
        creating: Job | None = None,
    ) -> Job:
        """Update the job, and add the usage if anything is written."""
        is_written = False

        def change_and_add(before: Job) -> Job:
            nonlocal is_written
            after = change(before)
            is_written = after is not before
            used = self._meter.read()
            return replace(after, usage=before.usage.plus(used)) if is_written else after

        job = self._jobs.update(job_id, change_and_add, now, creating=creating)
        if is_written:
            self._meter.reset()
        return job

    def add_usage(self, job_id: str) -> None:
        """Add the usage of a call that wrote nothing else; a job that has ended stays."""
        if self._meter.is_unread:
            self.update(job_id, lambda job: replace(job) if job.status == "PROCESSING" else job)

    def create(self, job: Job) -> None:
        """Keep a new job."""
        self._jobs.create(job)

    def get(self, job_id: str) -> Job | None:
        """Return the job."""
        return self._jobs.get(job_id)

    def list_jobs(
        self, limit: int, after: str | None, kind: str | None = None, status: Status | None = None
    ) -> tuple[list[Job], str | None]:
        """Return a page of jobs."""
        return self._jobs.list_jobs(limit, after, kind, status)

    def list_waiting(self, reason: WaitReason, before: datetime, limit: int) -> list[Job]:
        """Return jobs that wait."""
        return self._jobs.list_waiting(reason, before, limit)

    def replace(self, before: Job, after: Job, created: Job | None = None) -> bool:
        """Write a job."""
        return self._jobs.replace(before, after, created)


def meter_call(jobs: JobStore, step: str) -> MeteredJobs:
    """Return `jobs` for one call of the step `step`, which begins now."""
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0"))
    return MeteredJobs(jobs, Meter(step, memory, _take_init_seconds()))


def _take_init_seconds() -> float:
    """Return how long the process took to start, for its first call; later calls get 0.

    It is billed with that call. The process's CPU time measures it, because a process may be ready
    long before its first call.
    """
    return _init_seconds().pop() if _init_seconds() else 0.0


@cache
def _init_seconds() -> list[float]:
    return [process_time()]
