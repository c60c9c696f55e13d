"""The steps of the workflow of batch jobs: one function for each state, with the state's name.

infra/statemachines/run_batches.asl.json has their order. Every function may run twice or be killed
at any point; its docstring says what makes that safe.
"""

from datetime import UTC, datetime

from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.jobs.attempts import check_results
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.orphans import read_end
from chalicelib.jobs.store import JobStore
from chalicelib.products.batches import fail, ledger, turn
from chalicelib.products.batches.attempt import Attempt, metered, step
from chalicelib.products.batches.plan import cut_key_ranges
from chalicelib.products.batches.running import run_batch, settle
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import release_lease
from chalicelib.telemetry import Event, logger

steps = Blueprint(__name__)


class BatchesMissingError(Exception):
    """Batches are not done although every key range is done: an internal error."""


@steps.lambda_function(name="claim_batch_job")
@metered
def claim_batch_job(event: Event, jobs: JobStore) -> Event:
    """Claim the job; a second execution for it ends without an effect.

    Idempotent: the claim is one conditional write, which succeeds again for the same execution.
    """
    now = datetime.now(UTC)
    result = claim_job(jobs, event["job_id"], event["execution"], None, now)
    if result.outcome != "claimed" or result.job is None:
        logger.warning("execution.ignored", reason=result.outcome)
        return {"outcome": "ignored"}
    return {"outcome": "claimed", "job_id": result.job.job_id, "attempt": result.job.attempt}


@steps.lambda_function(name="plan_batches")
@step
def plan_batches(event: Event, attempt: Attempt) -> Event:
    """Plan which products are changed, once no other job has the lease.

    Idempotent: the job may take the lease again, and an existing plan is kept.
    """
    attempt.report("plan", {})
    return turn.plan(attempt, event)


@steps.lambda_function(name="run_key_range")
@step
def run_key_range(event: Event, attempt: Attempt) -> Event:
    """Run one key range, batch by batch; a cancel takes effect after each batch.

    Idempotent: a batch and its row in the ledger are one transaction.
    """
    journal = Journal.of_job(attempt.settings, attempt.job_id)
    with attempt.database("run_key_range") as connection:
        work = attempt.make_work(ledger.read_request(connection, attempt.job_id))
        batches = cut_key_ranges(ledger.sum_batches(connection, attempt.job_id).batches)
        for batch in batches[event["key_range"]]:
            run_batch(connection, batch, work, journal)
            connection.commit()
            totals = ledger.sum_batches(connection, attempt.job_id)
            connection.commit()  # holds no lock and no snapshot during the next calls
            attempt.report_done(totals)
            attempt.check_running()
    return {"outcome": "done"}


@steps.lambda_function(name="finish_batch_job")
@step
def finish_batch_job(event: Event, attempt: Attempt) -> Event:
    """Settle what the batches left, conclude the job, clean up and end it.

    Idempotent: a second run finds nothing to settle and doesn't need what the first deletes.
    """
    check_results(event["results"])
    with attempt.database("finish_batch_job") as connection:
        missing = ledger.missing_batches(connection, attempt.job_id)
        if missing:
            raise BatchesMissingError(f"{len(missing)} batches are not done")
        request = ledger.find_request(connection, attempt.job_id)
        if request is not None:
            journal = Journal.of_job(attempt.settings, attempt.job_id)
            settle(connection, attempt.make_work(request), journal)
            connection.commit()
        totals = ledger.sum_batches(connection, attempt.job_id)
        connection.commit()  # holds no lock and no snapshot during the next call
        attempt.conclude(totals)
        release_lease(connection, attempt.job_id)
        ledger.forget(connection, attempt.job_id)
    attempt.finish(totals.counts, {"records_total": totals.products, "percent": 100})
    return {"outcome": "completed"}


@steps.lambda_function(name="fail_batch_job")
@metered
def fail_batch_job(event: Event, jobs: JobStore) -> Event:
    """End the job as FAILED or CANCELLED. Idempotent: a final status is never overwritten.

    The last state of the workflow. EventBridge also calls it for an execution that was stopped.
    """
    state, execution = read_end(event)
    return fail.end(state, execution, jobs, services().settings)
