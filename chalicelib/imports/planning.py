"""How an import rests with a plan, and is applied. Pure, like `jobs.transitions`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.errors import JobCancelledError
from chalicelib.imports.job import PLAN_EXPIRED, ImportJob, OnDrift
from chalicelib.jobs.models import Job, Json, as_model
from chalicelib.jobs.transitions import begin_again
from chalicelib.products.fields import NAMES
from chalicelib.times import format_time

PlannedAction = Literal["created", "updated", "missing"]
if TYPE_CHECKING:
    ChangedField = str
else:
    ChangedField = Literal[(*NAMES, "attributes")]

PLAN_KEPT = timedelta(hours=24)
MOST_LISTED = 100  # products of a drift that the job lists

EXPIRED = {
    "code": PLAN_EXPIRED,
    "message": "The plan wasn't applied within 24 hours. Nothing was changed. Retry the import to"
    " make a new plan.",
}


@dataclass
class NotPlannedError(Exception):
    """The import has no plan that waits to be applied."""

    job: Job


class ApplyDiffersError(Exception):
    """The plan is being applied, or was, with other options than the client requests."""


class PlanExpiredError(Exception):
    """The plan is too old to be applied."""


@dataclass
class PlanDiffersError(Exception):
    """The counts of the plan aren't those that the client expects."""

    counts: Mapping[str, int]


def make_plan(summary: Json, now: datetime) -> Json:
    """Return the plan of a job, which can be applied from now on for a day."""
    return summary | {
        "planned_at": format_time(now),
        "expires_at": format_time(now + PLAN_KEPT),
        "drift": None,
    }


def rest(job: Job, attempt: int, plan: Json) -> Job:
    """PROCESSING -> PLANNED: nothing runs until the plan is applied or expires.

    Raises JobCancelledError if the job was cancelled.
    """
    if not job.is_running(attempt):
        return job
    if job.cancel_requested:
        raise JobCancelledError
    return replace(
        as_model(job, ImportJob),
        status="PLANNED",
        phase="compare",
        plan=plan,
        applying=None,
        has_begun_merge=False,  # an apply that failed before it merged any key range
    )


def request_apply(
    job: Job, on_drift: OnDrift, expected: Mapping[str, int], now: datetime
) -> ImportJob:
    """PLANNED -> PENDING, for the attempt that applies the plan.

    Idempotent: an import that applies its plan as requested, or has applied it, stays as it is.
    Raises NotPlannedError, ApplyDiffersError, PlanExpiredError and PlanDiffersError.
    """
    importing = as_model(job, ImportJob)
    request = {"on_drift": on_drift, "expected_counts": dict(expected)}
    if importing.is_applying:
        if {"expected_counts": {}, **(importing.applying or {})} == request:
            return importing
        raise ApplyDiffersError
    if importing.plan is None or importing.status != "PLANNED":
        raise NotPlannedError(job)
    counts: dict[str, int] = importing.plan["counts"]
    if any(counts.get(name) != number for name, number in expected.items()):
        raise PlanDiffersError(counts)
    if importing.wait is None or importing.wait.time <= now:
        raise PlanExpiredError
    plan = importing.plan | {"drift": None}
    return replace(begin_again(importing, now), plan=plan, applying=request)


def forget_plan(job: Job, attempt: int) -> Job:
    """Forget the plan of an attempt that makes a new one, once the expired one is dropped."""
    importing = as_model(job, ImportJob)
    forgets = job.is_running(attempt) and importing.is_planning and importing.plan is not None
    return replace(importing, plan=None) if forgets else job


def set_drift(job: Job, attempt: int, drift: Json | None) -> Job:
    """Note the products that an apply left as they are, because they weren't as planned."""
    importing = as_model(job, ImportJob)
    if not job.is_running(attempt) or importing.plan is None or importing.plan["drift"] == drift:
        return job
    return replace(importing, plan=importing.plan | {"drift": drift})
