"""What the jobs that change many products in batches have in common."""

from dataclasses import dataclass
from typing import ClassVar

from chalicelib.jobs.models import Job


@dataclass(frozen=True, kw_only=True)
class BatchJob(Job):
    """A job that changes products in batches; the database keeps its request and its plan."""

    batch_phase: ClassVar[str]  # while its batches run
