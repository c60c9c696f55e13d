"""The export as a job: its phases and its outcomes."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from chalicelib.jobs.models import Counts, Job

ExportPhase = Literal["claim", "finish"]


@dataclass(frozen=True)
class ExportCounts(Counts):
    """Products of the export by outcome."""

    exported: int = 0


@dataclass(frozen=True, kw_only=True)
class ExportJob(Job):
    """A job that writes products to a file."""

    phases: ClassVar[tuple[str, ...]] = get_args(ExportPhase)
    outcomes: ClassVar[type[Counts]] = ExportCounts

    kind: Literal["export"] = "export"
    counts: ExportCounts = field(default_factory=ExportCounts)
