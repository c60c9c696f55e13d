"""One attempt at a job, as the steps of its workflow see it: what all kinds have in common."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.errors import JobCancelledError, JobEndedError, TryAgainError
from chalicelib.jobs.metering import current_meter, metered
from chalicelib.jobs.models import Job, Phase
from chalicelib.jobs.store import JobMissingError, JobStore
from chalicelib.postgres import connect
from chalicelib.settings import Settings
from chalicelib.telemetry import Event, count, logger, worker

JobT = TypeVar("JobT", bound=Job)


class StaleAttemptError(Exception):
    """The job has ended, or a newer attempt has begun: this one has nothing left to do."""


@dataclass(frozen=True)
class Attempt(Generic[JobT]):
    """A job that is at work, with what its steps work on."""

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

    def report(self, phase: Phase, progress: dict[str, int], **counts: int) -> None:
        """Show clients how far the attempt is; a report that comes late changes nothing."""
        self.jobs.advance(
            self.job_id, self.job.attempt, phase, progress=progress, counts=counts or None
        )

    def refuse_cancelled(self) -> None:
        """Raise JobCancelledError when the job has been cancelled since the step began."""
        refuse_ended(self.jobs.get(self.job_id), self.job.attempt, type(self.job))

    def finish(self, counts: Mapping[str, int], progress: Mapping[str, int]) -> None:
        """End the job as COMPLETED with these exact counts."""
        self.jobs.finish(
            self.job_id,
            self.job.attempt,
            "COMPLETED",
            counts=counts,
            progress=progress,
            error=None,
            now=datetime.now(UTC),
        )
        for outcome, number in counts.items():
            count("Records", number, outcome=outcome)


AttemptT = TypeVar("AttemptT", bound=Attempt[Any])


def refuse_ended(job: Job | None, attempt: int, kind: type[JobT]) -> JobT:
    """Return a job whose attempt is at work; raises StaleAttemptError or JobCancelledError."""
    if not isinstance(job, kind) or job.attempt != attempt or job.status != "PROCESSING":
        raise StaleAttemptError("the job has ended or a newer attempt has begun")
    if job.cancel_requested:
        raise JobCancelledError
    return job


def make_step(
    open_attempt: Callable[[Event], AttemptT],
) -> Callable[[Callable[[Event, AttemptT], Event]], Callable[[Event, Any], Event]]:
    """Return what makes a function of an attempt a worker.

    What ends the job is returned as the outcome, which is the workflow's to choose by; whatever is
    raised makes it try again.
    """

    def step(function: Callable[[Event, AttemptT], Event]) -> Callable[[Event, Any], Event]:
        @worker
        @metered
        @wraps(function)
        def stepped(event: Event, context: Any) -> Event:
            names = {"job_id": event["job_id"], "attempt": event["attempt"]}
            try:
                return names | function(event, open_attempt(event))
            except JobEndedError as error:
                problem = {"code": error.code, "message": error.message}
                return names | {"outcome": "failed", "error": problem}
            except JobCancelledError:
                return names | {"outcome": "cancelled"}
            except StaleAttemptError:
                return names | {"outcome": "stale"}
            finally:
                _note_usage(event["job_id"])

        return stepped

    return step


def _note_usage(job_id: str) -> None:
    """Note what the call has used, if it wrote nothing to the job: it waited, or broke off."""
    meter = current_meter()
    if meter is None or not meter.is_unread:
        return
    try:
        services().jobs.add_usage(job_id)
    except (BotoCoreError, ClientError, JobMissingError, TryAgainError) as error:
        logger.warning("usage.not_noted", error_class=type(error).__name__)


def refuse_ended_items(results: list[Event]) -> None:
    """Raise what ended the job in one of a map's items, of which each returned its outcome."""
    for result in results:
        match result["outcome"]:
            case "failed":
                raise JobEndedError(result["error"]["code"], result["error"]["message"])
            case "cancelled":
                raise JobCancelledError
            case "stale":
                raise StaleAttemptError
