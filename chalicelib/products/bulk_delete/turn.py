"""Plan: when it is the job's turn, which products it deletes."""

from chalicelib.errors import JobEndedError
from chalicelib.products.bulk_delete import ledger
from chalicelib.products.bulk_delete.attempt import Attempt
from chalicelib.products.bulk_delete.plan import cut_key_ranges, find_missing, progress_of_plan
from chalicelib.products.lease import take_turn, wait_longer
from chalicelib.telemetry import Event


def plan(attempt: Attempt, event: Event) -> Event:
    """Return the outcome wait or delete, with what the next state needs.

    The products are fixed after the lease was taken, so that no import comes between the plan and
    its deletes.
    """
    with attempt.database("plan_bulk_delete") as connection:
        ledger.lock_bulk_delete(connection, attempt.job_id)
        if not take_turn(connection, attempt.jobs, attempt.job_id):
            return {
                "outcome": "wait",
                "wait_seconds": wait_longer(event.get("wait_seconds", 0)),
            }
        connection.commit()  # others who ask for their turn need not wait for the plan
        if not ledger.lock_bulk_delete(connection, attempt.job_id):
            selection = ledger.read_selection(connection, attempt.job_id)
            ledger.plan_batches(connection, attempt.job_id, selection)
        totals = ledger.sum_batches(connection, attempt.job_id)
        _refuse_other_count(attempt, totals.products)
        missing = ledger.missing_batches(connection, attempt.job_id)
    attempt.report("plan", progress_of_plan(totals.products))
    attempt.report_deleted(totals)  # what an attempt before has deleted counts
    return {
        "outcome": "delete",
        "key_ranges": find_missing(cut_key_ranges(totals.batches), missing),
    }


def _refuse_other_count(attempt: Attempt, products: int) -> None:
    expected = attempt.job.expected_count
    if expected is not None and products != expected:
        raise JobEndedError(
            "count_mismatch",
            f"When its turn came the selection meant {products:,} products, not {expected:,}, so"
            " nothing was deleted. Look at them again and start a new bulk delete.",
        )
