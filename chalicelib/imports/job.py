"""The import as a job: its phases, its outcomes, and what it adds to every job."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal, Self, get_args

from chalicelib.jobs.models import INTERNAL_ERRORS, Counts, Job, Json, Progress, Wait

ImportPhase = Literal[
    "claim", "inspect", "transcode", "scan", "plan", "stage", "compare", "merge", "finish"
]
Apply = Literal["auto", "manual"]
OnDrift = Literal["fail", "skip", "overwrite"]  # what becomes of products that aren't as planned

PLAN_EXPIRED = "plan_expired"


@dataclass(frozen=True)
class ImportCounts(Counts):
    """Records of a file by outcome, and the products that no record names."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    skipped: int = 0
    rejected: int = 0
    missing: int = 0  # products, not records

    @property
    def records(self) -> int:
        """How many records have an outcome."""
        return super().records - self.missing


@dataclass(frozen=True, kw_only=True)
class ImportJob(Job):
    """A job that loads one source file."""

    phases: ClassVar[tuple[str, ...]] = get_args(ImportPhase)
    outcomes: ClassVar[type[Counts]] = ImportCounts

    kind: Literal["import"] = "import"
    filename: str
    size_bytes: int  # as declared
    options: Json
    upload: Json  # method PUT or MULTIPART; upload_id and part_size with the latter
    expires_at: datetime | None  # of the upload, while it is awaited
    source: Json | None = None  # bucket, key, etag, size_bytes of the exact object
    detected: Json | None = None
    profile: Json | None = None  # profile_id and name of the profile whose options it has
    parent_job_id: str | None = None  # of the import whose rejects the source has
    repair: Json | None = None  # of its rejects by later imports: fixed, of, jobs
    warnings: list[Json] = field(default_factory=list)  # code, message, columns, lines
    has_begun_merge: bool = False  # the catalogue may have changed: too late to cancel
    apply: Apply = "auto"
    plan: Json | None = None  # counts, fields, ..., expires_at, drift
    applying: Json | None = None  # on_drift and expected_counts, once the plan is being applied
    counts: ImportCounts = field(default_factory=ImportCounts)

    @property
    def is_awaiting_upload(self) -> bool:
        """Whether the job still waits for its source to be uploaded."""
        return self.is_untouched

    @property
    def is_awaiting_workflow(self) -> bool:
        """Whether the source is uploaded and the job only waits for its workflow."""
        return self.status == "PENDING" and not self.is_awaiting_upload

    @property
    def wait(self) -> Wait | None:
        """What the job waits for: its upload first."""
        if self.is_awaiting_upload and self.expires_at:
            return Wait("upload", self.expires_at)
        if self.status == "PLANNED" and self.plan:
            return Wait("apply", self._plan_expires_at)
        return super().wait

    @property
    def is_retryable(self) -> bool:
        """Whether the job failed and its source exists with the declared size."""
        has_source = self.source is not None and self.source["size_bytes"] == self.size_bytes
        return super().is_retryable and has_source and not self._is_applied_in_part

    @property
    def changed_products(self) -> int:
        """How many products the job is known to have created or changed."""
        return self.counts.created + self.counts.updated + self.counts.missing

    @property
    def may_have_changed_products(self) -> bool:
        """Whether there may be anything to revert; a failed merge may have done uncounted work."""
        has_merged = self.has_begun_merge and self.status != "COMPLETED"
        return has_merged or self.changed_products > 0

    @property
    def is_cancellable(self) -> bool:
        """Whether the merge has not begun."""
        return not self.is_final and not self.has_begun_merge

    @property
    def more_actions(self) -> tuple[str, ...]:
        """What a client may ask of the job: while it rests with a plan, to read and apply it."""
        return ("changes", "apply") if self.status == "PLANNED" else ()

    @property
    def initial_progress(self) -> Progress:
        """The progress of an attempt when it begins."""
        return Progress(bytes_total=self.size_bytes)

    def may_read(self, source: Json | None) -> bool:
        """Say whether an attempt may read `source`: a retry reads the first attempt's only."""
        return source is not None and self.source in (None, source)

    def reading(self, source: Json | None) -> Self:
        """Return the job as it is once it reads `source`."""
        return replace(self.settled(), source=source)

    def settled(self) -> Self:
        """Return the job as it is once it no longer waits for its upload."""
        return replace(self, expires_at=None)

    def renewed(self, now: datetime) -> Self:
        """Return the job as its next attempt begins: without a plan that was dropped.

        Nor does it apply a plan that has expired, unless some of that may be applied already. The
        attempt then makes a new one, in place of the plan that the job still has.
        """
        if self._has_lost_plan:
            return replace(self, plan=None, applying=None)
        has_expired = self.plan is not None and self._plan_expires_at <= now
        return replace(self, applying=None) if has_expired and not self.has_begun_merge else self

    @property
    def is_applying(self) -> bool:
        """Whether the plan is being applied, or has been."""
        return self.applying is not None and self.status in ("PENDING", "PROCESSING", "COMPLETED")

    @property
    def is_planning(self) -> bool:
        """Whether the attempt makes a plan and changes nothing."""
        return self.apply == "manual" and self.applying is None

    @property
    def on_drift(self) -> OnDrift | None:
        """What becomes of products that aren't as planned; None unless a plan is applied."""
        on_drift: OnDrift | None = self.applying["on_drift"] if self.applying else None
        return on_drift

    @property
    def _plan_expires_at(self) -> datetime:
        return datetime.fromisoformat((self.plan or {})["expires_at"])

    @property
    def _has_lost_plan(self) -> bool:
        """Whether the plan was dropped: only an internal error keeps it for a retry."""
        has_reason = self.error is not None and self.error["code"] not in INTERNAL_ERRORS
        return self.plan is not None and has_reason

    @property
    def _is_applied_in_part(self) -> bool:
        return self.has_begun_merge and self._has_lost_plan
