"""The job as the product knows it: an asynchronous request and how far it has come.

Here is what every job has. What each kind adds is in `kinds`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Self, get_args

from chalicelib.ids import ULID, first_id, is_id, new_id
from chalicelib.jobs.usage import Usage

Json = dict[str, Any]
Kind = Literal["import", "bulk_delete"]
Status = Literal["PENDING", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"]
FinalStatus = Literal["COMPLETED", "FAILED", "CANCELLED"]
ImportPhase = Literal["claim", "inspect", "transcode", "scan", "plan", "stage", "merge", "finish"]
BulkDeletePhase = Literal["claim", "plan", "delete", "finish"]
Phase = ImportPhase | BulkDeletePhase

STATUSES: tuple[Status, ...] = get_args(Status)
FINAL_STATUSES: tuple[FinalStatus, ...] = get_args(FinalStatus)

# Why jobs fail by a fault of ours: those that a retry may mend, and that an alarm tells of.
OUR_FAULTS = ("internal_error", "not_started", "database_unstable")

JOB_PREFIX = "job_"
JOB_ID = f"^{JOB_PREFIX}{ULID}$"


@dataclass(frozen=True)
class Progress:
    """How much of a job is done; within an attempt no number ever decreases.

    What is counted as records are an import's records, and a bulk delete's products. A job that
    reads no file has no bytes.
    """

    bytes_total: int = 0
    bytes_done: int = 0
    records_total: int | None = None  # until the plan has counted them
    records_done: int = 0
    percent: int = 0


@dataclass(frozen=True)
class Counts:
    """Records by outcome; every record is in exactly one. Each kind has outcomes of its own."""

    @property
    def records(self) -> int:
        """How many records have an outcome."""
        return sum(asdict(self).values())


@dataclass(frozen=True, kw_only=True)
class Job:
    """One asynchronous request. Every write makes a new version; a final status stays."""

    phases: ClassVar[tuple[Phase, ...]]  # in the order that the kind goes through them
    outcomes: ClassVar[type[Counts]]

    job_id: str
    kind: Kind
    created_at: datetime
    updated_at: datetime
    requested_by: Json | None = None  # caller_id and name of who asked for it
    status: Status = "PENDING"
    phase: Phase | None = None
    attempt: int = 1
    progress: Progress = field(default_factory=Progress)
    counts: Counts
    error: Mapping[str, str] | None = None
    cancel_requested: bool = False
    execution: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    usage: Usage = field(default_factory=Usage)  # of all its attempts
    version: int = 1

    @property
    def is_final(self) -> bool:
        """Whether the job has ended; only a retry of a failed one changes it again."""
        return self.status in FINAL_STATUSES

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has been done for the job yet."""
        return self.status == "PENDING" and self.attempt == 1

    @property
    def is_awaiting_workflow(self) -> bool:
        """Whether the job waits for nothing but its workflow, which may be started again."""
        return self.status == "PENDING"

    @property
    def is_retryable(self) -> bool:
        """Whether a new attempt could do better."""
        return self.status == "FAILED"

    @property
    def is_cancellable(self) -> bool:
        """Whether asking to cancel would be granted."""
        return not self.is_final

    @property
    def progress_at_first(self) -> Progress:
        """How far an attempt is when it begins."""
        return Progress()

    def may_read(self, source: Json | None) -> bool:
        """Say whether an attempt may work on `source`: None for a kind that reads none."""
        return source is None

    def reading(self, source: Json | None) -> Self:
        """Return the job as it is once it works on `source`."""
        return self

    def settled(self) -> Self:
        """Return the job as it is once it awaits nothing any more."""
        return self


def new_job_id(now: datetime) -> str:
    """Return a new id; the ids of jobs sort by time."""
    return new_id(JOB_PREFIX, now)


def first_job_id(time: datetime) -> str:
    """Return the lowest id that a job of this moment may have."""
    return first_id(JOB_PREFIX, time)


def is_job_id(text: str) -> bool:
    """Say whether `text` has the form of a job's id."""
    return is_id(JOB_PREFIX, text)
