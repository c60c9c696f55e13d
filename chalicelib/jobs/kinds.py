"""The kinds of jobs: what each adds to a job, its phases and its outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal, Self, get_args

from chalicelib.jobs.models import (
    BulkDeletePhase,
    Counts,
    ImportPhase,
    Job,
    Json,
    Kind,
    Phase,
    Progress,
)


@dataclass(frozen=True)
class ImportCounts(Counts):
    """Records of a file by outcome."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class BulkDeleteCounts(Counts):
    """Products of the plan by outcome: skipped ones were gone, or no longer matched."""

    deleted: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True)
class ImportJob(Job):
    """A job that loads one source file."""

    phases: ClassVar[tuple[Phase, ...]] = get_args(ImportPhase)
    outcomes: ClassVar[type[Counts]] = ImportCounts

    kind: Literal["import"] = "import"
    filename: str
    size_bytes: int  # as declared
    options: Json
    upload: Json  # method PUT or MULTIPART; upload_id and part_size with the latter
    expires_at: datetime | None  # of the upload, while it is awaited
    source: Json | None = None  # bucket, key, etag, size_bytes of the exact object
    detected: Json | None = None
    has_begun_merge: bool = False  # the catalogue may have been changed: too late to cancel
    counts: ImportCounts = field(default_factory=ImportCounts)

    @property
    def is_awaiting_upload(self) -> bool:
        """Whether the job still waits for its source to be uploaded."""
        return self.is_untouched

    @property
    def is_awaiting_workflow(self) -> bool:
        """Whether the source is there, and nothing but the workflow is waited for."""
        return self.status == "PENDING" and not self.is_awaiting_upload

    @property
    def is_retryable(self) -> bool:
        """Whether a new attempt could do better: it failed, and its source is there as declared."""
        has_source = self.source is not None and self.source["size_bytes"] == self.size_bytes
        return self.status == "FAILED" and has_source

    @property
    def is_cancellable(self) -> bool:
        """Whether asking to cancel would be granted."""
        return not self.is_final and not self.has_begun_merge

    @property
    def progress_at_first(self) -> Progress:
        """How far an attempt is when it begins."""
        return Progress(bytes_total=self.size_bytes)

    def may_read(self, source: Json | None) -> bool:
        """Say whether an attempt may read `source`: one after the first reads the first's alone."""
        return source is not None and self.source in (None, source)

    def reading(self, source: Json | None) -> Self:
        """Return the job as it is once it reads `source`."""
        return replace(self.settled(), source=source)

    def settled(self) -> Self:
        """Return the job as it is once it no longer awaits its upload."""
        return replace(self, expires_at=None)


@dataclass(frozen=True, kw_only=True)
class BulkDeleteJob(Job):
    """A job that deletes many products. What it deletes in full stands in the database."""

    phases: ClassVar[tuple[Phase, ...]] = get_args(BulkDeletePhase)
    outcomes: ClassVar[type[Counts]] = BulkDeleteCounts

    kind: Literal["bulk_delete"] = "bulk_delete"
    selection: Json  # {"all": true}, {"filter": {...}} or {"sku_count": ...}
    expected_count: int | None = None
    counts: BulkDeleteCounts = field(default_factory=BulkDeleteCounts)


KINDS: Mapping[Kind, type[Job]] = {"import": ImportJob, "bulk_delete": BulkDeleteJob}
