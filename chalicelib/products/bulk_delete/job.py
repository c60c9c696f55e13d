"""The bulk delete as a job: its phases, its outcomes, and what it adds to every job."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from chalicelib.jobs.models import Counts, Json
from chalicelib.products.batches.job import BatchJob

BulkDeletePhase = Literal["claim", "plan", "delete", "finish"]


@dataclass(frozen=True)
class BulkDeleteCounts(Counts):
    """Products of the plan by outcome: skipped ones were gone, or no longer matched."""

    deleted: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True)
class BulkDeleteJob(BatchJob):
    """A job that deletes many products. The database keeps the whole selection."""

    phases: ClassVar[tuple[str, ...]] = get_args(BulkDeletePhase)
    outcomes: ClassVar[type[Counts]] = BulkDeleteCounts
    batch_phase: ClassVar[str] = "delete"

    kind: Literal["bulk_delete"] = "bulk_delete"
    selection: Json  # {"all": true}, {"filter": {...}} or {"sku_count": ...}
    expected_count: int | None = None
    counts: BulkDeleteCounts = field(default_factory=BulkDeleteCounts)

    @property
    def changed_products(self) -> int:
        """How many products the job deleted."""
        return self.counts.deleted
