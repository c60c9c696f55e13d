"""Plan: take the lease, then select the products to delete."""

from chalicelib.errors import JobEndedError
from chalicelib.products.bulk_delete import ledger
from chalicelib.products.bulk_delete.attempt import Attempt
from chalicelib.products.bulk_delete.plan import cut_key_ranges, find_missing, progress_of_plan
from chalicelib.products.lease import next_wait_seconds, try_lease
from chalicelib.telemetry import Event


def plan(attempt: Attempt, event: Event) -> Event:
    """Return the outcome wait or delete, with the input of the next state.

    The products are selected after the job has the lease, so that no import comes between the plan
    and its deletes.
    """
    with attempt.database("plan_bulk_delete") as connection:
        ledger.lock_bulk_delete(connection, attempt.job_id)
        if not try_lease(connection, attempt.jobs, attempt.job_id):
            return {
                "outcome": "wait",
                "wait_seconds": next_wait_seconds(event.get("wait_seconds", 0)),
            }
        connection.commit()  # others that try the lease need not wait for the plan
        if not ledger.lock_bulk_delete(connection, attempt.job_id):
            selection = ledger.read_selection(connection, attempt.job_id)
            ledger.plan_batches(connection, attempt.job_id, selection)
        totals = ledger.sum_batches(connection, attempt.job_id)
        _check_count(attempt, totals.products)
        missing = ledger.missing_batches(connection, attempt.job_id)
    attempt.report("plan", progress_of_plan(totals.products))
    attempt.report_deleted(totals)  # an earlier attempt may have deleted some
    return {
        "outcome": "delete",
        "key_ranges": find_missing(cut_key_ranges(totals.batches), missing),
    }


def _check_count(attempt: Attempt, products: int) -> None:
    expected = attempt.job.expected_count
    if expected is not None and products != expected:
        raise JobEndedError(
            "count_mismatch",
            f"When the bulk delete started, the selection matched {products:,} products, not"
            f" {expected:,}, so nothing was deleted. Review them and start a new bulk delete.",
        )
