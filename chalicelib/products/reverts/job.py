"""The revert as a job: its phases, its outcomes, and what it adds to every job."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from chalicelib.jobs.models import Counts
from chalicelib.products.batches.job import BatchJob

RevertPhase = Literal["claim", "plan", "restore", "finish"]
OnConflict = Literal["keep", "overwrite"]


@dataclass(frozen=True)
class RevertCounts(Counts):
    """Products of the reverted job by outcome: conflicts were left as they are."""

    restored: int = 0
    deleted: int = 0
    recreated: int = 0
    conflicts: int = 0


@dataclass(frozen=True, kw_only=True)
class RevertJob(BatchJob):
    """A job that takes back what another job changed."""

    phases: ClassVar[tuple[str, ...]] = get_args(RevertPhase)
    outcomes: ClassVar[type[Counts]] = RevertCounts
    batch_phase: ClassVar[str] = "restore"

    kind: Literal["revert"] = "revert"
    reverts: str  # the id of the other job
    on_conflict: OnConflict = "keep"
    counts: RevertCounts = field(default_factory=RevertCounts)

    @property
    def changed_products(self) -> int:
        """How many products the job restored, deleted or recreated."""
        return self.counts.restored + self.counts.deleted + self.counts.recreated
