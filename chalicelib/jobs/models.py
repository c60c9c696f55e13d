"""The job as the product knows it: an asynchronous request and how far it has come."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from chalicelib.ids import ULID, is_id, new_id

Json = dict[str, Any]
Kind = Literal["import"]
Status = Literal["PENDING", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"]
FinalStatus = Literal["COMPLETED", "FAILED", "CANCELLED"]
Phase = Literal["claim", "inspect", "transcode", "scan", "plan", "stage", "merge", "finish"]

STATUSES: tuple[Status, ...] = get_args(Status)
FINAL_STATUSES: tuple[FinalStatus, ...] = get_args(FinalStatus)
PHASES: tuple[Phase, ...] = get_args(Phase)  # in the order an import goes through them

_PREFIX = "job_"
JOB_ID = f"^{_PREFIX}{ULID}$"


@dataclass(frozen=True)
class Progress:
    """How much of an import is done; within an attempt no number ever decreases."""

    bytes_total: int = 0
    bytes_done: int = 0
    records_total: int | None = None  # until the plan has counted them
    records_done: int = 0
    percent: int = 0


@dataclass(frozen=True)
class Counts:
    """Records by outcome; every record is in exactly one."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0

    @property
    def records(self) -> int:
        """How many records have an outcome."""
        return sum(asdict(self).values())


@dataclass(frozen=True)
class Job:
    """One asynchronous request. Every write makes a new version; a final status stays."""

    job_id: str
    filename: str
    size_bytes: int  # as declared
    options: Json
    upload: Json  # method PUT or MULTIPART; upload_id and part_size with the latter
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None  # of the upload, while it is awaited
    kind: Kind = "import"
    status: Status = "PENDING"
    phase: Phase | None = None
    attempt: int = 1
    source: Json | None = None  # bucket, key, etag, size_bytes of the exact object
    detected: Json | None = None
    progress: Progress = field(default_factory=Progress)
    counts: Counts = field(default_factory=Counts)
    error: Mapping[str, str] | None = None
    cancel_requested: bool = False
    has_begun_merge: bool = False  # the catalogue may have been changed: too late to cancel
    execution: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    version: int = 1

    @property
    def is_final(self) -> bool:
        """Whether the job has ended; only a retry of a failed one changes it again."""
        return self.status in FINAL_STATUSES

    @property
    def is_awaiting_upload(self) -> bool:
        """Whether the job still waits for its source to be uploaded."""
        return self.status == "PENDING" and self.attempt == 1

    @property
    def is_retryable(self) -> bool:
        """Whether a new attempt could do better: it failed, and its source is there as declared."""
        has_source = self.source is not None and self.source["size_bytes"] == self.size_bytes
        return self.status == "FAILED" and has_source

    @property
    def is_cancellable(self) -> bool:
        """Whether asking to cancel would be granted."""
        return not self.is_final and not self.has_begun_merge


def new_job_id(now: datetime) -> str:
    """Return a new id; the ids of jobs sort by time."""
    return new_id(_PREFIX, now)


def is_job_id(text: str) -> bool:
    """Say whether `text` has the form of a job's id."""
    return is_id(_PREFIX, text)
