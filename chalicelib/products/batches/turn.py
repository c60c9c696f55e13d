"""Plan: take the lease, then fix the products to change."""

from chalicelib.products.batches import ledger
from chalicelib.products.batches.attempt import Attempt
from chalicelib.products.batches.plan import cut_key_ranges, find_missing, progress_of_plan
from chalicelib.products.lease import next_wait_seconds, try_lease
from chalicelib.telemetry import Event


def plan(attempt: Attempt, event: Event) -> Event:
    """Return the outcome wait or run, with the input of the next state.

    The products are found after the job has the lease, so that no import comes between the plan
    and its batches.
    """
    with attempt.database("plan_batches") as connection:
        ledger.lock_batch_job(connection, attempt.job_id)
        if not try_lease(connection, attempt.jobs, attempt.job_id):
            return {
                "outcome": "wait",
                "wait_seconds": next_wait_seconds(event.get("wait_seconds", 0)),
            }
        connection.commit()  # others that try the lease need not wait for the plan
        is_planned = ledger.lock_batch_job(connection, attempt.job_id)
        work = attempt.make_work(ledger.read_request(connection, attempt.job_id))
        if not is_planned:
            ledger.plan_batches(connection, attempt.job_id, work.find())
        totals = ledger.sum_batches(connection, attempt.job_id)
        work.check_plan(totals.products)
        missing = ledger.missing_batches(connection, attempt.job_id)
    attempt.report("plan", progress_of_plan(totals.products))
    attempt.report_done(totals)  # an earlier attempt may have done some
    return {
        "outcome": "run",
        "key_ranges": find_missing(cut_key_ranges(totals.batches), missing),
    }
