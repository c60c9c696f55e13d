"""What the jobs that change many products in batches have in common."""

from dataclasses import dataclass
from typing import ClassVar

from chalicelib.jobs.models import Job


@dataclass(frozen=True, kw_only=True)
class BatchJob(Job):
    """A job that changes products in batches; the database keeps its request and its plan."""

    batch_phase: ClassVar[str]  # while its batches run

    @property
    def may_have_changed_products(self) -> bool:
        """Whether there may be anything to revert; a failed job may have done uncounted batches.

        Its counts are those it last reported, if the database was away at its end, and begin again
        with each attempt.
        """
        has_run = self.phase == self.batch_phase or self.attempt > 1
        return super().may_have_changed_products or (self.status == "FAILED" and has_run)
