"""The job: an asynchronous request, and how far it is. What each kind adds is in its own room."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple, Self, TypeVar, get_args

from chalicelib.ids import ULID, first_id, is_id, new_id
from chalicelib.jobs.usage import Usage

Json = dict[str, Any]
Status = Literal["PENDING", "PROCESSING", "PLANNED", "COMPLETED", "FAILED", "CANCELLED"]
FinalStatus = Literal["COMPLETED", "FAILED", "CANCELLED"]
WaitReason = Literal["upload", "workflow", "end", "apply"]  # what a job that isn't final waits for

STATUSES: tuple[Status, ...] = get_args(Status)
FINAL_STATUSES: tuple[FinalStatus, ...] = get_args(FinalStatus)

# The codes of internal errors: a retry may succeed, and an alarm reports them.
INTERNAL_ERRORS = ("internal_error", "not_started", "database_unstable")

JOB_PREFIX = "job_"
JOB_ID = f"^{JOB_PREFIX}{ULID}$"


@dataclass(frozen=True)
class Progress:
    """How much of a job is done; within an attempt no number ever decreases.

    An import counts its records, a bulk delete its products. A job without a file has no bytes.
    """

    bytes_total: int = 0
    bytes_done: int = 0
    records_total: int | None = None  # until the plan has counted them
    records_done: int = 0
    percent: int = 0


@dataclass(frozen=True)
class Counts:
    """Records by outcome; every record has exactly one. Each kind has its own outcomes."""

    @property
    def records(self) -> int:
        """How many records have an outcome."""
        return sum(asdict(self).values())


class Wait(NamedTuple):
    """What a job waits for, and the time that its sweep compares."""

    reason: WaitReason
    time: datetime  # when an upload is due or a plan expires; since when a job waits for the rest


@dataclass(frozen=True, kw_only=True)
class Job:
    """One asynchronous request. Every write makes a new version; a final status stays."""

    phases: ClassVar[tuple[str, ...]]  # in order
    outcomes: ClassVar[type[Counts]]

    job_id: str
    kind: str
    created_at: datetime
    updated_at: datetime
    requested_by: Json | None = None  # caller_id and name of the caller
    status: Status = "PENDING"
    phase: str | None = None
    attempt: int = 1
    progress: Progress = field(default_factory=Progress)
    counts: Counts
    error: Mapping[str, str] | None = None
    cancel_requested: bool = False
    execution: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    usage: Usage = field(default_factory=Usage)  # of all its attempts
    reverted_by: str | None = None  # the last job that reverts this one
    version: int = 1

    @property
    def is_final(self) -> bool:
        """Whether the job has ended; only the retry of a failed job changes it again."""
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
    def wait(self) -> Wait | None:
        """What the job waits for; None when it has ended."""
        if self.is_awaiting_workflow:
            return Wait("workflow", self.updated_at)
        if self.status == "PROCESSING" and self.started_at:
            return Wait("end", self.started_at)
        return None

    def is_waiting(self, reason: WaitReason, before: datetime) -> bool:
        """Say whether the job's wait has this reason and a time before `before`."""
        return self.wait is not None and self.wait.reason == reason and self.wait.time < before

    @property
    def is_retryable(self) -> bool:
        """Whether a new attempt may succeed and would not mix with a revert."""
        return self.status == "FAILED" and self.reverted_by is None

    @property
    def changed_products(self) -> int:
        """How many products the job is known to have created, changed or deleted."""
        return 0

    @property
    def may_have_changed_products(self) -> bool:
        """Whether there may be anything to revert."""
        return self.changed_products > 0

    @property
    def is_cancellable(self) -> bool:
        """Whether a cancel would be accepted."""
        return not self.is_final

    @property
    def more_actions(self) -> tuple[str, ...]:
        """What a client may ask of the job beside a retry or a cancel; each is a link of it."""
        return ()

    @property
    def initial_progress(self) -> Progress:
        """The progress of an attempt when it begins."""
        return Progress()

    def is_running(self, attempt: int) -> bool:
        """Say whether this attempt is the current one, and running."""
        return self.status == "PROCESSING" and self.attempt == attempt

    def may_read(self, source: Json | None) -> bool:
        """Say whether an attempt may read `source`: None for a kind that reads none."""
        return source is None

    def reading(self, source: Json | None) -> Self:
        """Return the job as it is once it reads `source`."""
        return self

    def settled(self) -> Self:
        """Return the job as it is once it no longer waits for anything of its own."""
        return self

    def renewed(self, now: datetime) -> Self:
        """Return the job as its next attempt begins, if that is requested at `now`."""
        return self


JobT = TypeVar("JobT", bound=Job)


class WrongKindError(TypeError):
    """A job is of another kind than its caller expects."""


def as_model(job: Job, model: type[JobT]) -> JobT:
    """Return `job`, which must be of `model`; raises WrongKindError."""
    if not isinstance(job, model):
        raise WrongKindError(f"{job.job_id} is of kind {job.kind}, not {model.__name__}")
    return job


def keep_if_equal(job: JobT, changed: JobT) -> JobT:
    """Return `changed`, or `job` itself if nothing differs, so that nothing is written."""
    return job if changed == job else changed


def new_job_id(now: datetime) -> str:
    """Return a new id; the ids of jobs sort by time."""
    return new_id(JOB_PREFIX, now)


def first_job_id(time: datetime) -> str:
    """Return the lowest id that a job created at `time` can have."""
    return first_id(JOB_PREFIX, time)


def is_job_id(text: str) -> bool:
    """Say whether `text` has the form of a job's id."""
    return is_id(JOB_PREFIX, text)
