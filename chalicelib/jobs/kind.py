"""A kind of job: all that a room declares so that its jobs are kept, shown, cancelled and retried.

The kinds are listed once, in `chalicelib.bootstrap`. Nothing here knows any of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from chalicelib.http.scopes import Scope
from chalicelib.jobs.events import EndEvents
from chalicelib.jobs.models import Job, JobT, Json
from chalicelib.jobs.responses import AnyJobResponse
from chalicelib.jobs.store import JobStore
from chalicelib.settings import Settings

JobT_contra = TypeVar("JobT_contra", bound=Job, contravariant=True)


@dataclass(frozen=True)
class JobContext:
    """What the functions of jobs work with: the store, the kinds, AWS clients and settings."""

    jobs: JobStore
    kinds: "JobKinds"
    client: Callable[[str], Any]  # by the name of the AWS service
    settings: Settings


def name_attempt(job: Job) -> Json:
    """Return the usual input of a workflow: the job and its attempt."""
    return {"job_id": job.job_id, "attempt": job.attempt}


def keep_everything(job: Job, context: JobContext) -> None:
    """Clean up nothing: the job leaves nothing before its workflow has begun."""


class NoteReverted(Protocol[JobT_contra]):
    """Takes note that a job is reverted, or that its revert is."""

    def __call__(self, job: JobT_contra, context: JobContext, /, *, is_reverted: bool) -> None:
        """Note it."""


def ignore_revert(job: Job, context: JobContext, *, is_reverted: bool) -> None:
    """Do nothing: no other job depends on one of this kind."""


def sweep_nothing(context: JobContext, now: datetime) -> int:
    """End no jobs: the kind has none but what the sweep ends for every kind."""
    return 0


@dataclass(frozen=True, kw_only=True)
class JobKind(Generic[JobT]):
    """One kind of job. Settings name its workflow and its Fail function by `name`."""

    name: str  # of the kind, which each of its jobs has
    model: type[JobT]
    response: type[AnyJobResponse]  # of one job
    summary: type[AnyJobResponse]  # in a list of jobs, without what may be long
    example: Json  # of `response`, for the OpenAPI document
    summary_example: Json
    scope: Scope  # of a caller who cancels or retries
    actions_path: str = "/jobs"  # cancel and retry are below it, after the job's id
    links: Mapping[str, str] = field(default_factory=dict)  # more of them: name to path
    undo_links: Mapping[str, str] = field(default_factory=dict)  # while the job can be taken back
    events: EndEvents[JobT] = field(default_factory=EndEvents)
    make_input: Callable[[JobT], Json] = name_attempt  # of the workflow
    # What a job leaves that ends before its workflow begins. Idempotent.
    clean_up: Callable[[JobT, JobContext], None] = keep_everything
    # Ends jobs of this kind that wait for something of its own; returns how many.
    sweep: Callable[[JobContext, datetime], int] = sweep_nothing
    # What else a job does when its work is done, before it completes. Idempotent.
    conclude: Callable[[JobT, JobContext], None] = keep_everything
    # What follows at other jobs when one is reverted, or its revert is. Idempotent.
    note_reverted: "NoteReverted[JobT]" = ignore_revert
    cancel_too_late: str = "The job has begun to make changes and can't be cancelled anymore."
    retry_is_useless: str = "A new attempt can't succeed. Start a new job."


class JobKinds:
    """The kinds of jobs of the product, in order."""

    def __init__(self, *kinds: JobKind[Any]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def __iter__(self) -> Iterator[JobKind[Any]]:
        return iter(self._kinds.values())

    def __getitem__(self, name: str) -> JobKind[Any]:
        return self._kinds[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the kinds."""
        return tuple(self._kinds)
