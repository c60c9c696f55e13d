"""Where jobs are kept: read, decide by the transitions, write if nobody else has."""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal, NamedTuple, TypeVar

from chalicelib.errors import TryAgainError
from chalicelib.jobs import transitions
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.metering import current_meter
from chalicelib.jobs.models import OUR_FAULTS, FinalStatus, Job, Json, Kind, Phase, Status
from chalicelib.telemetry import count

JobT = TypeVar("JobT", bound=Job)

_MOST_TRIES = 20  # at one write, while other writers get in between
_LONGEST_WAIT_SECONDS = 0.5


class JobExistsError(Exception):
    """A job of this id is there already."""


class JobMissingError(Exception):
    """No job has this id."""


class ClaimResult(NamedTuple):
    """What became of a claim, and the job as it is now."""

    outcome: Literal["claimed", "missing", "taken"]
    job: Job | None


class JobStore(ABC):
    """Jobs as they are at this moment. What may become of them is in `transitions`.

    A kind of store says how a job is read, listed, and replaced if it is still the one that was
    read; the rest is here, so that all kinds do the same.
    """

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
        kind: Kind | None = None,
        status: Status | None = None,
    ) -> tuple[list[Job], str | None]:
        """Return a page of jobs older than `after`, newest first, and the next page's `after`.

        A page may be shorter than `limit` and still have a next one.
        """

    @abstractmethod
    def expired(self, now: datetime, limit: int) -> list[ImportJob]:
        """Return imports whose upload was awaited until before `now`."""

    @abstractmethod
    def unstarted(self, before: datetime, limit: int) -> list[Job]:
        """Return jobs that have waited for nothing but their workflow since before `before`."""

    @abstractmethod
    def at_work(self, before: datetime, limit: int) -> list[Job]:
        """Return jobs that have been at work since before `before`, the one that began first first.

        They are as they are at this moment, not as an index has them.
        """

    @abstractmethod
    def replace(self, before: Job, after: Job) -> bool:
        """Write `after` if the job still has the version of `before`; say whether it had."""

    def now(self) -> datetime:
        """Return the time of writes that come without one, in the milliseconds that are kept."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def claim(self, job_id: str, execution: str, source: Json | None, now: datetime) -> ClaimResult:
        """Take a PENDING job; granted again to the execution that has it.

        `source` is what an import reads; a kind that reads nothing is claimed with None.
        """
        try:
            job = self._change_if(
                job_id, lambda job: transitions.claim(job, execution, source, now), now
            )
        except JobMissingError:
            return ClaimResult("missing", None)
        return ClaimResult("claimed", job) if job else ClaimResult("taken", self.get(job_id))

    def set_detected(self, job_id: str, attempt: int, detected: Json) -> None:
        """Note what was found in the head of the source."""
        self._change(job_id, lambda job: transitions.set_detected(job, attempt, detected))

    def advance(
        self,
        job_id: str,
        attempt: int,
        phase: Phase,
        progress: Mapping[str, int] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> Job:
        """Note how far the attempt is; what is behind what is known changes nothing."""
        return self._change(
            job_id, lambda job: transitions.advance(job, attempt, phase, progress, counts)
        )

    def begin_merge(self, job_id: str, attempt: int) -> bool:
        """Enter the phase merge; False when the job was cancelled or the attempt is over."""
        changed = self._change_if(job_id, lambda job: transitions.begin_merge(job, attempt))
        return changed is not None

    def finish(
        self,
        job_id: str,
        attempt: int,
        status: FinalStatus,
        *,
        counts: Mapping[str, int] | None,
        progress: Mapping[str, int] | None,
        error: Mapping[str, str] | None,
        now: datetime,
    ) -> Job:
        """End the job; one that has ended is returned as it is."""
        end = partial(
            transitions.finish,
            attempt=attempt,
            status=status,
            counts=counts,
            progress=progress,
            error=error,
            now=now,
        )
        return self._change(job_id, end, now)

    def abandon(
        self, job_id: str, overdue: datetime, error: Mapping[str, str], now: datetime
    ) -> Job:
        """End a job that awaited its upload until before `overdue`, and no other."""
        return self._change(job_id, lambda job: transitions.abandon(job, overdue, error, now), now)

    def give_up(
        self, job_id: str, before: datetime, error: Mapping[str, str], now: datetime
    ) -> Job:
        """End a job that has waited for its workflow since before `before`, and no other."""
        return self._change(job_id, lambda job: transitions.give_up(job, before, error, now), now)

    def request_cancel(self, job_id: str, now: datetime) -> Job:
        """Cancel, or ask to stop; raises JobFinalError or CancelTooLateError."""
        return self._change(job_id, lambda job: transitions.request_cancel(job, now), now)

    def retry(self, job_id: str, now: datetime) -> Job:
        """Make a failed job PENDING for its next attempt; raises JobNotRetryableError."""
        return self._change(job_id, transitions.retry, now)

    def renew_upload(self, job_id: str, expires_at: datetime) -> ImportJob:
        """Await the upload for longer; raises UploadOverError when it is not awaited."""
        return self._change(job_id, lambda job: transitions.renew_upload(job, expires_at))

    def add_usage(self, job_id: str) -> None:
        """Note what a step has used that wrote nothing else; a job that has ended stays."""
        self._change(job_id, lambda job: replace(job) if job.status == "PROCESSING" else job)

    def _change_if(
        self, job_id: str, change: Callable[[Job], Job | None], now: datetime | None = None
    ) -> Job | None:
        try:
            return self._change(job_id, lambda job: _refuse_none(change(job)), now)
        except _RefusedError:
            return None

    def _change(
        self, job_id: str, change: Callable[[Job], JobT], now: datetime | None = None
    ) -> JobT:
        """Ask `change` what is to become of the job, and write it if nobody else has."""
        for tries in range(_MOST_TRIES):
            if tries:
                _wait_a_little(tries)
            before = self.get(job_id)
            if before is None:
                raise JobMissingError(job_id)
            after = change(before)
            if after is before:
                return after
            meter = current_meter()
            usage = after.usage.plus(meter.read()) if meter else after.usage
            after = replace(
                after, version=before.version + 1, updated_at=now or self.now(), usage=usage
            )
            if self.replace(before, after):
                if meter:
                    meter.reset()
                if after.is_final and not before.is_final:
                    _count_end(after)
                return after
        raise TryAgainError(f"{job_id}: others kept changing the job")


def _count_end(job: Job) -> None:
    count("JobsEnded", 1, kind=job.kind, status=job.status)
    if job.error and job.error["code"] in OUR_FAULTS:
        count("JobsBrokenOff", 1, kind=job.kind)


class _RefusedError(Exception):
    """A transition said no."""


def _refuse_none(job: Job | None) -> Job:
    if job is None:
        raise _RefusedError
    return job


def _wait_a_little(tries: int) -> None:
    # Writers that met each other spread out, so that they do not meet again.
    longest = min(0.01 * 2**tries, _LONGEST_WAIT_SECONDS)
    time.sleep(random.uniform(0, longest))  # noqa: S311  # nothing secret about it
