"""The store of jobs: read a job, change it by a pure function, write it if it is unchanged."""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.errors import TryAgainError
from chalicelib.jobs.models import INTERNAL_ERRORS, Job, Status, WaitReason
from chalicelib.telemetry import count

Change = Callable[[Job], Job]

_MOST_TRIES = 20  # of one update, while other writers get in between
_LONGEST_WAIT_SECONDS = 0.5


class JobExistsError(Exception):
    """A job with this id exists."""


class JobMissingError(Exception):
    """No job has this id."""


class JobStore(ABC):
    """Jobs as they are at this moment. How they may change is in `transitions`."""

    @abstractmethod
    def create(self, job: Job) -> None:
        """Keep a new job; raises JobExistsError."""

    @abstractmethod
    def get(self, job_id: str) -> Job | None:
        """Return the job as it is at this moment."""

    @abstractmethod
    def list_jobs(
        self,
        limit: int,
        after: str | None,
        kind: str | None = None,
        status: Status | None = None,
    ) -> tuple[list[Job], str | None]:
        """Return a page of jobs older than `after`, newest first, and the next page's `after`.

        A page may be shorter than `limit` and still have a next one.
        """

    @abstractmethod
    def list_waiting(self, reason: WaitReason, before: datetime, limit: int) -> list[Job]:
        """Return jobs whose wait has this reason and a time before `before`, oldest time first.

        They are read at this moment, not as an index has them.
        """

    @abstractmethod
    def replace(self, before: Job, after: Job, created: Job | None = None) -> bool:
        """Write `after` if the job still has the version of `before`; return whether it had.

        `created`: a new job, which is kept in the same transaction. Only `update` calls this.
        """

    def update(
        self,
        job_id: str,
        change: Change,
        now: datetime | None = None,
        *,
        creating: Job | None = None,
    ) -> Job:
        """Write what `change` makes of the job, and return the job.

        `change` is a pure function, which may be called several times: when another writer was
        first, the job is read again. If it returns the same object, nothing is written. What it
        raises refuses the change and passes. `creating`: a new job, which is kept if and only if
        the change is written. Raises JobMissingError and TryAgainError.
        """
        for tries in range(_MOST_TRIES):
            if tries:
                _wait_briefly(tries)
            before = self.get(job_id)
            if before is None:
                raise JobMissingError(job_id)
            after = change(before)
            if after is before:
                return after
            after = replace(after, version=before.version + 1, updated_at=now or _read_clock())
            if self.replace(before, after, creating):
                if after.is_final and not before.is_final:
                    _count_end(after)
                return after
        raise TryAgainError(f"{job_id}: other writers kept changing the job")


def _read_clock() -> datetime:
    """Return the time in milliseconds, as it is kept."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _count_end(job: Job) -> None:
    count("JobsEnded", 1, kind=job.kind, status=job.status)
    if job.error and job.error["code"] in INTERNAL_ERRORS:
        count("JobsBrokenOff", 1, kind=job.kind)


def _wait_briefly(tries: int) -> None:
    # Jitter: writers that conflicted don't conflict again.
    longest = min(0.01 * 2**tries, _LONGEST_WAIT_SECONDS)
    time.sleep(random.uniform(0, longest))  # noqa: S311  # not for security
