"""The gate between staging and merging: is everything staged, within the limits, and whose turn."""

from decimal import Decimal

from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobCancelledError, JobEndedError
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.steps import ledger, progress
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.products.lease import take_turn, wait_longer
from chalicelib.telemetry import Event

_MOST_ROUNDS = 5  # of staging again what crashes of the database emptied


def check(attempt: Attempt, event: Event) -> Event:
    """Return the outcome stage_again, wait or merge, with what the next state needs."""
    _, plan = attempt.planned
    with attempt.database("check_stage") as connection:
        again = stage_again(connection, attempt.job_id, plan, event["round"])
        if again["ranges"]:
            return again
        check_rejects(connection, attempt.job_id, plan)
        if not take_turn(connection, attempt.jobs, attempt.job_id):
            return again | {
                "outcome": "wait",
                "wait_seconds": wait_longer(event.get("wait_seconds", 0)),
                "round": event["round"],
            }
        missing = ledger.missing_key_ranges(connection, attempt.job_id, plan.key_ranges)
        rejected = ledger.staged_totals(connection, attempt.job_id).rejected
    if not attempt.jobs.begin_merge(attempt.job_id, attempt.job.attempt):
        raise JobCancelledError
    done = progress.of_stage(attempt.job.size_bytes, attempt.job.size_bytes)
    attempt.report("merge", done, rejected=rejected)
    return {"outcome": "merge", "key_ranges": missing, "round": event["round"]}


def stage_again(connection: Connection, job_id: str, plan: Plan, round_number: int) -> Event:
    """Return the outcome stage_again with the ranges that are not staged, if there are any."""
    missing = ledger.missing_ranges(connection, job_id, len(plan.ranges))
    if missing and round_number > _MOST_ROUNDS:
        raise JobEndedError(
            "database_unstable",
            "The database restarted again and again while the file was imported. Retry the import"
            " when it runs steadily.",
        )
    return {"outcome": "stage_again", "ranges": missing, "round": round_number + 1}


def check_rejects(connection: Connection, job_id: str, plan: Plan) -> None:
    """Raise JobEndedError when more records are rejected than the import's options allow."""
    most, rate = plan.options.max_rejects, plan.options.max_reject_rate
    if most is None and rate is None:
        return
    rejected = ledger.staged_totals(connection, job_id).rejected
    if most is not None and rejected > most:
        limit = f"max_rejects allows {most:,}"
    elif rate is not None and rejected > Decimal(str(rate)) * plan.records:  # as it is written
        limit = f"max_reject_rate allows {rate:.2%} of {plan.records:,} records"
    else:
        return
    raise JobEndedError(
        "too_many_rejects",
        f"At least {rejected:,} records were rejected and {limit}, so nothing was imported. See the"
        " rejects, mend the file and upload it again, or import it again with a higher limit.",
    )
