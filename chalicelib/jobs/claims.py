"""The claim of a job by one execution of its workflow."""

from datetime import UTC, datetime
from typing import Literal, NamedTuple

from chalicelib.jobs import transitions
from chalicelib.jobs.models import Job, Json
from chalicelib.jobs.store import JobMissingError, JobStore


class ClaimResult(NamedTuple):
    """The outcome of a claim, and the job as it is now."""

    outcome: Literal["claimed", "missing", "taken"]
    job: Job | None


def claim_job(
    jobs: JobStore, job_id: str, execution: str, source: Json | None, now: datetime
) -> ClaimResult:
    """Claim a PENDING job for `execution`; a repeated claim by it is granted again.

    `source` is what an import reads; a kind that reads nothing is claimed with None.
    """
    try:
        job = jobs.update(
            job_id, lambda found: transitions.claim(found, execution, source, now), now
        )
    except JobMissingError:
        return ClaimResult("missing", None)
    except transitions.JobTakenError:
        return ClaimResult("taken", jobs.get(job_id))
    return ClaimResult("claimed", job)


def find_claimed(jobs: JobStore, state: Json, execution: str) -> Job | None:
    """Return the job of a workflow that failed, if this execution has or can have claimed it.

    The claim itself may have failed. A job that another execution has claimed isn't returned.
    """
    job = jobs.get(state["job_id"]) if "job_id" in state else None
    if job is None or job.attempt != state["attempt"]:
        return None
    if job.status == "PENDING":
        job = claim_job(jobs, job.job_id, execution, None, datetime.now(UTC)).job
    return job if job and job.execution == execution else None
