"""One attempt at an import, as its steps see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, wraps
from typing import Any

from psycopg2.extensions import connection as Connection

from chalicelib.aws import get_client
from chalicelib.errors import JobCancelledError, JobEndedError
from chalicelib.imports.dialect import MAGIC_BYTES, Encoding, detect_encoding
from chalicelib.imports.inspect import Inspection
from chalicelib.imports.plan import Plan
from chalicelib.imports.progress import of_end
from chalicelib.imports.records import RecordReader
from chalicelib.imports.source import S3Source, WorkFolder, read_bytes
from chalicelib.imports.triage import Triage
from chalicelib.jobs.models import Job, Phase
from chalicelib.jobs.store import JobStore, get_job_store
from chalicelib.postgres import connect
from chalicelib.products.rules import make_rules
from chalicelib.settings import Settings, get_settings
from chalicelib.telemetry import Event, count, worker

# Files in the work folder.
INSPECTION, PLAN, TRANSCODED = "inspection.json", "plan.json", "source.json"


class StaleAttemptError(Exception):
    """The job has ended, or a newer attempt has begun: this one has nothing left to do."""


@dataclass(frozen=True)
class Attempt:
    """A job that is being imported, with what its steps work on."""

    settings: Settings
    jobs: JobStore
    job: Job
    work: WorkFolder

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self.job.job_id

    @property
    def upload(self) -> S3Source:
        """The object as it was uploaded."""
        if self.job.source is None:
            raise StaleAttemptError("the job was never claimed")
        return S3Source.from_json(self.work.client, self.job.source)

    @cached_property
    def encoding(self) -> Encoding:
        """How the upload is encoded, told by its first bytes or declared."""
        head = read_bytes(self.upload, 0, MAGIC_BYTES)
        return detect_encoding(head, self.job.options.get("encoding"))

    @cached_property
    def inspected(self) -> tuple[S3Source, Inspection]:
        """The source as it is read, and what Inspect found in it."""
        found = self.work.get(INSPECTION)
        return self._source(found), Inspection.from_json(found["inspection"])

    @cached_property
    def planned(self) -> tuple[S3Source, Plan]:
        """The source as it is read, and the plan."""
        found = self.work.get(PLAN)
        return self._source(found), Plan.from_json(found["plan"])

    def _source(self, found: dict[str, Any]) -> S3Source:
        return S3Source.from_json(self.work.client, found["source"])

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

    def complete(self, counts: dict[str, int]) -> None:
        """End the job as COMPLETED."""
        self.jobs.finish(
            self.job_id,
            self.job.attempt,
            "COMPLETED",
            counts=counts,
            progress=of_end(self.job.size_bytes, counts),
            error=None,
            now=datetime.now(UTC),
        )
        for outcome, number in counts.items():
            count("Records", number, outcome=outcome)

    def triage(self, plan: Plan) -> Triage:
        """Return what sorts the source's records."""
        settings = self.settings
        return Triage(
            plan.delimiter, plan.columns, settings.sku_max_length, settings.name_max_length
        )

    def reader(self, plan: Plan) -> RecordReader:
        """Return what reads single records of the source."""
        rules = make_rules(self.settings.sku_max_length, self.settings.name_max_length)
        return RecordReader(plan.delimiter, plan.columns, rules)

    def refuse_cancelled(self) -> None:
        """Raise JobCancelledError when the job has been cancelled since the step began."""
        _refuse_ended(self.jobs.get(self.job_id), self.job.attempt)


def open_attempt(event: Event) -> Attempt:
    """Return the attempt that `event` names; raises when there is nothing left to do for it."""
    settings, jobs = get_settings(), get_job_store()
    job = _refuse_ended(jobs.get(event["job_id"]), event["attempt"])
    return Attempt(settings, jobs, job, WorkFolder(get_client("s3"), settings.bucket, job.job_id))


def _refuse_ended(job: Job | None, attempt: int) -> Job:
    if job is None or job.attempt != attempt or job.status != "PROCESSING":
        raise StaleAttemptError("the job has ended or a newer attempt has begun")
    if job.cancel_requested:
        raise JobCancelledError
    return job


def step(function: Callable[[Event, Attempt], Event]) -> Callable[[Event, Any], Event]:
    """Make a function of an attempt a worker; what ends the job is returned as the outcome.

    A returned outcome is the workflow's to choose by; whatever is raised makes it try again.
    """

    @worker
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

    return stepped


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
