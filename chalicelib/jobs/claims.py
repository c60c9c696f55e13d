"""The claim of a job by one execution of its workflow."""

from datetime import datetime
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
