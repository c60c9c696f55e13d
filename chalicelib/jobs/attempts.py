"""One attempt at a job, as the steps of its workflow see it: what all kinds have in common."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobCancelledError, JobEndedError, TryAgainError
from chalicelib.jobs import transitions
from chalicelib.jobs.metering import MeteredJobs, meter_call
from chalicelib.jobs.models import Job, JobT
from chalicelib.jobs.store import JobMissingError, JobStore
from chalicelib.postgres import connect
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, count, logger, worker

Handler = Callable[[Event, Any], Event]
GetJobs = Callable[[], JobStore]


class StaleAttemptError(Exception):
    """The job has ended, or a newer attempt has begun: this attempt has nothing left to do."""


@dataclass(frozen=True)
class Attempt(Generic[JobT]):
    """A running job, with what its steps work on."""

    settings: Settings
    jobs: JobStore
    job: JobT

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self.job.job_id

    @contextmanager
    def database(self, step: str) -> Iterator[Connection]:
        """Yield a connection; its transaction is committed at the end."""
        with connect(self.settings, f"{step} {self.job_id}") as connection:
            yield connection

    def report(self, phase: str, progress: dict[str, int], **counts: int) -> None:
        """Show clients how far the attempt is; a late report changes nothing."""
        attempt = self.job.attempt
        self.jobs.update(
            self.job_id,
            lambda job: transitions.advance(job, attempt, phase, progress, counts or None),
        )

    def check_running(self) -> None:
        """Raise JobCancelledError if the job was cancelled since the step began.

        Raises StaleAttemptError if the attempt has ended.
        """
        check_running(self.jobs.get(self.job_id), self.job.attempt, type(self.job))

    def finish(
        self, counts: Mapping[str, int], progress: Mapping[str, int], **members: Any
    ) -> None:
        """End the job as COMPLETED with these exact counts, and `members` of its kind."""
        now, attempt = datetime.now(UTC), self.job.attempt

        def end(job: Job) -> Job:
            ended = transitions.finish(
                job, attempt, "COMPLETED", counts=counts, progress=progress, now=now
            )
            return job if ended is job else replace(ended, **members)

        self.jobs.update(self.job_id, end, now)
        for outcome, number in counts.items():
            count("Records", number, outcome=outcome)


AttemptT = TypeVar("AttemptT", bound=Attempt[Any])


def check_running(job: Job | None, attempt: int, model: type[JobT]) -> JobT:
    """Return a job whose attempt is running; raises StaleAttemptError or JobCancelledError."""
    if not isinstance(job, model) or not job.is_running(attempt):
        raise StaleAttemptError("the job has ended or a newer attempt has begun")
    if job.cancel_requested:
        raise JobCancelledError
    return job


def make_metered(
    get_jobs: GetJobs,
) -> Callable[[Callable[[Event, MeteredJobs], Event]], Handler]:
    """Return a decorator for the steps that have no attempt: those that claim or fail a job.

    The step gets the jobs as its call sees them, so that its writes add its usage.
    """

    def metered(function: Callable[[Event, MeteredJobs], Event]) -> Handler:
        @worker
        @wraps(function)
        def handle(event: Event, context: Any) -> Event:
            return function(event, meter_call(get_jobs(), function.__name__))

        return handle

    return metered


def make_step(
    get_jobs: GetJobs, open_attempt: Callable[[Event, JobStore], AttemptT]
) -> Callable[[Callable[[Event, AttemptT], Event]], Handler]:
    """Return a decorator for the steps of an attempt.

    A result that ends the job is returned as the outcome, by which the workflow chooses the next
    state; an exception makes the workflow retry the step.
    """

    def step(function: Callable[[Event, AttemptT], Event]) -> Handler:
        @worker
        @wraps(function)
        def handle(event: Event, context: Any) -> Event:
            names = {"job_id": event["job_id"], "attempt": event["attempt"]}
            jobs = meter_call(get_jobs(), function.__name__)
            try:
                return names | function(event, open_attempt(event, jobs))
            except JobEndedError as error:
                problem = {"code": error.code, "message": error.message}
                return names | {"outcome": "failed", "error": problem}
            except JobCancelledError:
                return names | {"outcome": "cancelled"}
            except StaleAttemptError:
                return names | {"outcome": "stale"}
            finally:
                _add_usage(jobs, event["job_id"])

        return handle

    return step


def _add_usage(jobs: MeteredJobs, job_id: str) -> None:
    """Add the usage of a call that wrote nothing to the job: it waited, or raised."""
    try:
        jobs.add_usage(job_id)
    except (BotoCoreError, ClientError, JobMissingError, TryAgainError) as error:
        logger.warning("usage.not_added", error_class=type(error).__name__)


def check_results(results: list[Event]) -> None:
    """Raise what ended the job in one of a map's items; `results` has each item's outcome."""
    for result in results:
        match result["outcome"]:
            case "failed":
                raise JobEndedError(result["error"]["code"], result["error"]["message"])
            case "cancelled":
                raise JobCancelledError
            case "stale":
                raise StaleAttemptError
