"""The steps of the export's workflow: one function for each state, under the state's name."""

from datetime import UTC, datetime

from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.jobs import transitions
from chalicelib.jobs.attempts import make_metered
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.orphans import read_end
from chalicelib.jobs.store import JobStore
from chalicelib.telemetry import Event

steps = Blueprint(__name__)
_metered = make_metered(lambda: services().jobs)

_FAILED = {"code": "internal_error", "message": "The export failed; retry it."}


@steps.lambda_function(name="export_products")
@_metered
def export_products(event: Event, jobs: JobStore) -> Event:
    """Claim the job and end it. Safe twice: the claim is one conditional write."""
    now, attempt = datetime.now(UTC), event["attempt"]
    result = claim_job(jobs, event["job_id"], event["execution"], None, now)
    names = {"job_id": event["job_id"], "attempt": attempt}
    if result.outcome != "claimed":
        return names | {"outcome": "stale"}
    jobs.update(
        event["job_id"], lambda job: transitions.finish(job, attempt, "COMPLETED", now=now), now
    )
    return names | {"outcome": "completed"}


@steps.lambda_function(name="fail_export")
@_metered
def fail_export(event: Event, jobs: JobStore) -> Event:
    """End the job as FAILED. Safe twice: a final status is never overwritten."""
    state, _ = read_end(event)
    now = datetime.now(UTC)
    job = jobs.update(
        state["job_id"],
        lambda job: transitions.finish(job, state["attempt"], "FAILED", error=_FAILED, now=now),
        now,
    )
    return {"outcome": job.status.lower()}
