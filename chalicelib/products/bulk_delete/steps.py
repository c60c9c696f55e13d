"""The steps of the bulk delete's workflow: one function for each state, under the state's name.

infra/statemachines/bulk_delete.asl.json has the order. Every function may run twice or be killed
anywhere; its docstring says what makes that safe.
"""

from datetime import UTC, datetime

from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.jobs.attempts import check_results
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.orphans import read_end
from chalicelib.jobs.store import JobStore
from chalicelib.products.bulk_delete import fail, ledger, turn
from chalicelib.products.bulk_delete.attempt import Attempt, metered, step
from chalicelib.products.bulk_delete.delete import delete_batch
from chalicelib.products.bulk_delete.plan import cut_key_ranges
from chalicelib.products.lease import leave_lease
from chalicelib.telemetry import Event, logger

steps = Blueprint(__name__)


class BatchesMissingError(Exception):
    """Batches are not deleted though every key range is done: a fault of ours, never an end."""


@steps.lambda_function(name="claim_bulk_delete")
@metered
def claim_bulk_delete(event: Event, jobs: JobStore) -> Event:
    """Take the job; a second execution for it ends quietly.

    Safe twice: the claim is one conditional write, granted again to the execution that has it.
    """
    now = datetime.now(UTC)
    result = claim_job(jobs, event["job_id"], event["execution"], None, now)
    if result.outcome != "claimed" or result.job is None:
        logger.warning("execution.ignored", reason=result.outcome)
        return {"outcome": "ignored"}
    return {"outcome": "claimed", "job_id": result.job.job_id, "attempt": result.job.attempt}


@steps.lambda_function(name="plan_bulk_delete")
@step
def plan_bulk_delete(event: Event, attempt: Attempt) -> Event:
    """Fix which products are deleted, once no other job changes the catalogue.

    Safe twice: it takes a lease that it may already have, and a plan that is there is kept.
    """
    attempt.report("plan", {})
    return turn.plan(attempt, event)


@steps.lambda_function(name="delete_key_range")
@step
def delete_key_range(event: Event, attempt: Attempt) -> Event:
    """Delete one key range, batch by batch. Safe twice: a batch's ledger row is in its transaction.

    A cancel is heard after each batch.
    """
    with attempt.database("delete_key_range") as connection:
        selection = ledger.read_selection(connection, attempt.job_id)
        batches = cut_key_ranges(ledger.sum_batches(connection, attempt.job_id).batches)
        for batch in batches[event["key_range"]]:
            delete_batch(connection, attempt.job_id, batch, selection)
            connection.commit()
            totals = ledger.sum_batches(connection, attempt.job_id)
            connection.commit()  # none of its locks, and no snapshot, while others are asked
            attempt.report_deleted(totals)
            attempt.check_running()
    return {"outcome": "deleted"}


@steps.lambda_function(name="finish_bulk_delete")
@step
def finish_bulk_delete(event: Event, attempt: Attempt) -> Event:
    """Clean up and end the job. Safe twice: what it forgets is not needed to do the same again."""
    check_results(event["results"])
    with attempt.database("finish_bulk_delete") as connection:
        missing = ledger.missing_batches(connection, attempt.job_id)
        if missing:
            raise BatchesMissingError(f"{len(missing)} batches are not deleted")
        totals = ledger.sum_batches(connection, attempt.job_id)
        leave_lease(connection, attempt.job_id)
        ledger.forget(connection, attempt.job_id)
    attempt.finish(totals.counts, {"records_total": totals.products, "percent": 100})
    return {"outcome": "completed"}


@steps.lambda_function(name="fail_bulk_delete")
@metered
def fail_bulk_delete(event: Event, jobs: JobStore) -> Event:
    """End the job as FAILED or CANCELLED. Safe twice: a final status is never overwritten.

    The workflow's last state; and what EventBridge calls for an execution that never came to it.
    """
    state, execution = read_end(event)
    return fail.end(state, execution, jobs, services().settings)
