"""The export as a job: its phases, its outcomes, and what it adds to every job."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal, Self, get_args

from chalicelib.jobs import transitions
from chalicelib.jobs.models import Counts, Job, Json, as_model

ExportPhase = Literal["claim", "plan", "export", "finish"]


@dataclass(frozen=True)
class ExportCounts(Counts):
    """Products by outcome: an export has only one."""

    exported: int = 0


@dataclass(frozen=True)
class ExportedFile:
    """The finished file."""

    filename: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class ExportJob(Job):
    """A job that writes products to a file."""

    phases: ClassVar[tuple[str, ...]] = get_args(ExportPhase)
    outcomes: ClassVar[type[Counts]] = ExportCounts

    kind: Literal["export"] = "export"
    request: Json  # the body of the request, with its defaults
    counts: ExportCounts = field(default_factory=ExportCounts)
    file: ExportedFile | None = None  # of a COMPLETED job
    # Products by the number of the range, of the ranges that are written in this attempt.
    written: Mapping[str, int] = field(default_factory=dict)

    def reading(self, source: Json | None) -> Self:
        """Return the job as an attempt begins it: with nothing written."""
        return replace(self, written={})


def add_range(job: Job, attempt: int, number: int, products: int, percent: int) -> Job:
    """Record that a range is written. A range that is written twice counts once."""
    export = as_model(job, ExportJob)
    if not job.is_running(attempt):
        return job
    written = {**export.written, str(number): products}
    done = transitions.advance(
        replace(export, written=written),
        attempt,
        "export",
        {"percent": percent},
        {"exported": sum(written.values())},
    )
    return job if done == job else done


def complete(job: Job, attempt: int, file: ExportedFile, products: int, now: datetime) -> Job:
    """End the job as COMPLETED with its file and the exact number of products."""
    ended = transitions.finish(
        job,
        attempt,
        "COMPLETED",
        counts={"exported": products},
        progress={"records_total": products},
        now=now,
    )
    return job if ended is job else replace(as_model(ended, ExportJob), file=file)
